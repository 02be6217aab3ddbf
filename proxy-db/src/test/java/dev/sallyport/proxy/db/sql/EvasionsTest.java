package dev.sallyport.proxy.db.sql;

import static dev.sallyport.proxy.db.sql.Parsed.relations;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.proxy.db.sql.Command.Copy;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Ways to name a table, or to hide that one is named, that have fooled other parsers. */
final class EvasionsTest {

    /** SQL, and all relations that it uses. */
    private static final List<Arguments> READS_AND_WRITES =
            List.of(
                    // names
                    Arguments.of("select 1 from SECRETS", List.of("read secrets")),
                    Arguments.of("select 1 from \"SECRETS\"", List.of("read SECRETS")),
                    Arguments.of("select 1 from \"sec\"\"rets\"", List.of("read sec\"rets")),
                    Arguments.of("select 1 from U&\"\\0073ecrets\"", List.of("read secrets")),
                    Arguments.of(
                            "select 1 from U&\"!0073ecrets\" uescape '!'", List.of("read secrets")),
                    Arguments.of("select 1 from public . secrets", List.of("read public.secrets")),
                    Arguments.of("select 1 from a.b.secrets", List.of("read a.b.secrets")),
                    Arguments.of(
                            "select 1 from " + "x".repeat(70), List.of("read " + "x".repeat(63))),
                    Arguments.of("select 1 from \u212aeys", List.of("read \u212aeys")),
                    // a no-break space is a letter: all of that is the name of the column
                    Arguments.of("select 1 from\u00a0secrets", List.of()),
                    Arguments.of("select 1 from only secrets", List.of("read secrets")),
                    Arguments.of("select 1 from only (secrets)", List.of("read secrets")),
                    Arguments.of("select 1 from secrets *", List.of("read secrets")),
                    Arguments.of("table secrets", List.of("read secrets")),
                    // comments and strings
                    Arguments.of("select 1 from/**/secrets", List.of("read secrets")),
                    Arguments.of("select 1 /* /* */ from a */ from b", List.of("read b")),
                    Arguments.of("select 1 -- from a\rfrom b", List.of("read b")),
                    Arguments.of("select E'\\' from a --' from b", List.of("read b")),
                    Arguments.of("select '\\' from b", List.of("read b")),
                    Arguments.of("select $a$ from a $b$ $a$ from b", List.of("read b")),
                    Arguments.of("select '' \n ' from a' from b", List.of("read b")),
                    Arguments.of("select 1 as \"from a\" from b", List.of("read b")),
                    // places
                    Arguments.of("select (select v from secrets)", List.of("read secrets")),
                    Arguments.of("select 1 where exists (table secrets)", List.of("read secrets")),
                    Arguments.of("values ((select v from secrets))", List.of("read secrets")),
                    Arguments.of("select array(select v from secrets)", List.of("read secrets")),
                    Arguments.of(
                            "select 1 order by (select v from secrets)", List.of("read secrets")),
                    Arguments.of("select 1 limit (select v from secrets)", List.of("read secrets")),
                    Arguments.of(
                            "select count(*) filter (where exists (table secrets))",
                            List.of("read secrets")),
                    Arguments.of(
                            "select sum(1) over (order by (select v from secrets))",
                            List.of("read secrets")),
                    Arguments.of(
                            "select 1 from a window w as (partition by (select v from secrets))",
                            List.of("read a", "read secrets")),
                    Arguments.of(
                            "select 1 from a, lateral (select v from secrets s where s.i = a.i) b",
                            List.of("read a", "read secrets")),
                    Arguments.of(
                            "select 1 from a join (b natural join secrets) on true",
                            List.of("read a", "read b", "read secrets")),
                    Arguments.of(
                            "select 1 from f((select v from secrets))", List.of("read secrets")),
                    Arguments.of(
                            "select 1 from rows from (f((select v from secrets)))",
                            List.of("read secrets")),
                    Arguments.of(
                            "select 1 from xmltable('/r' passing (select v from secrets)"
                                    + " columns a int)",
                            List.of("read secrets")),
                    Arguments.of(
                            "select 1 from xmltable('/r' passing null columns a int"
                                    + " default (select v from secrets))",
                            List.of("read secrets")),
                    Arguments.of(
                            "select 1 from json_table((select v from secrets), '$'"
                                    + " columns (a int path '$.a'))",
                            List.of("read secrets")),
                    Arguments.of(
                            "select json_array(select v from secrets)", List.of("read secrets")),
                    Arguments.of(
                            "select 1 from a tablesample f ((select v from secrets))",
                            List.of("read a", "read secrets")),
                    Arguments.of(
                            "select case when exists (table secrets) then 1 end",
                            List.of("read secrets")),
                    Arguments.of("select a[(select v from secrets)]", List.of("read secrets")),
                    Arguments.of(
                            "select 1 union (select 2 except select v from secrets)",
                            List.of("read secrets")),
                    Arguments.of("(((select v from secrets)))", List.of("read secrets")),
                    Arguments.of(
                            "select 1 group by grouping sets ((select v from secrets))",
                            List.of("read secrets")),
                    // writes
                    Arguments.of(
                            "with d as (delete from secrets returning *) select 1 from d",
                            List.of("read+delete secrets")),
                    Arguments.of("select 1 into loot", List.of("create loot")),
                    Arguments.of(
                            "select * into temp table loot from secrets",
                            List.of("create loot", "read secrets")),
                    Arguments.of(
                            "create table loot as select * from secrets",
                            List.of("create loot", "read secrets")),
                    Arguments.of(
                            "create materialized view loot as table secrets",
                            List.of("create loot", "read secrets")),
                    Arguments.of("explain analyze delete from secrets", List.of("delete secrets")),
                    Arguments.of(
                            "prepare p as update secrets set v = 1", List.of("update secrets")),
                    Arguments.of(
                            "declare c cursor for select v from secrets", List.of("read secrets")),
                    Arguments.of(
                            "copy (delete from secrets returning *) to stdout",
                            List.of("read+delete secrets")),
                    Arguments.of(
                            "merge into t using secrets s on t.i = s.i when matched then delete"
                                    + " when not matched then insert values (s.v)",
                            List.of("read secrets", "read+insert+delete t")),
                    Arguments.of(
                            "merge into t using s on true when matched then do nothing",
                            List.of("read s", "read t")),
                    Arguments.of(
                            "insert into t values (1) on conflict (i) do update"
                                    + " set v = (select v from secrets)",
                            List.of("read secrets", "read+insert+update t")),
                    Arguments.of(
                            "insert into t table secrets", List.of("insert t", "read secrets")),
                    Arguments.of(
                            "update t set (a, b) = (select v, w from secrets)",
                            List.of("read secrets", "read+update t")),
                    Arguments.of("update only t set a = 1 where current of c", List.of("update t")),
                    Arguments.of(
                            "delete from t using secrets where true",
                            List.of("delete t", "read secrets")),
                    Arguments.of("truncate a, only b", List.of("truncate a", "truncate b")),
                    Arguments.of("lock table a, b in share mode", List.of("lock a", "lock b")),
                    Arguments.of("drop table if exists a, s.b", List.of("drop a", "drop s.b")),
                    Arguments.of("comment on column s.a.c is 'x'", List.of("alter s.a")),
                    Arguments.of("grant select on a to b", List.of("grant a")),
                    Arguments.of("copy secrets to stdout", List.of("read secrets")),
                    Arguments.of("copy t from stdin", List.of("insert t")));

    static Stream<Arguments> readsAndWrites() {
        return READS_AND_WRITES.stream();
    }

    @ParameterizedTest
    @MethodSource
    void readsAndWrites(String sql, List<String> expected) throws SqlSyntaxException {
        assertThat(relations(sql)).containsExactlyInAnyOrderElementsOf(expected);
    }

    /** SQL with WITH queries, and the relations that they do not hide. */
    static Stream<Arguments> scopesWithQueries() {
        return Stream.of(
                Arguments.of("with a as (select 1) select * from a", List.of()),
                Arguments.of("with a as (select 1) select * from s.a", List.of("read s.a")),
                Arguments.of("with a as (select * from a) select * from a", List.of("read a")),
                Arguments.of(
                        "with recursive a as (select 1 union select * from a) select * from a",
                        List.of()),
                Arguments.of("with b as (table a), a as (table b) table a", List.of("read a")),
                Arguments.of("with recursive b as (table a), a as (table b) table a", List.of()),
                Arguments.of(
                        "select (with a as (select 1) select 2 from a) from a", List.of("read a")),
                Arguments.of(
                        "with a as (select 1) select (with a as (table a) select 1 from a)",
                        List.of()),
                Arguments.of(
                        "with a as (with b as (select 1) table b) select * from b",
                        List.of("read b")),
                Arguments.of(
                        "with a as (select 1) insert into a select * from a", List.of("insert a")),
                Arguments.of(
                        "insert into t with a as (select 1) select * from a", List.of("insert t")),
                Arguments.of("with a as (select 1) delete from a", List.of("delete a")),
                Arguments.of(
                        "with a as (select 1) update b set c = (select 1 from a)",
                        List.of("update b")),
                Arguments.of(
                        "with a as (select 1) merge into a using a s on true"
                                + " when matched then delete",
                        List.of("read+delete a")),
                Arguments.of("with \"A\" as (select 1) table a", List.of("read a")),
                Arguments.of("(with a as (select 1) table a) union table a", List.of("read a")),
                Arguments.of(
                        "create recursive view v (n) as select 1 union select n from v",
                        List.of("create v")),
                Arguments.of("create view v as select n from v", List.of("create v", "read v")),
                Arguments.of("with a as (select 1) select 1 from a for update of a", List.of()));
    }

    @ParameterizedTest
    @MethodSource
    void scopesWithQueries(String sql, List<String> expected) throws SqlSyntaxException {
        assertThat(relations(sql)).containsExactlyInAnyOrderElementsOf(expected);
    }

    @Test
    void findsEveryStatementOfAString() throws SqlSyntaxException {
        // Given: texts that other parsers split elsewhere
        String escape = "select E'\\\\'; drop table t; --'";
        String glued = "select coleE'\\'; drop table t; --'";
        String plain = "select 'a\\'; drop table t; --'";
        String body =
                "create function f() returns int begin atomic select 1; select 2; end; select 3";

        // When / Then
        assertThat(Parsed.all(escape)).hasSize(2);
        assertThat(Parsed.all(glued)).hasSize(2);
        assertThat(Parsed.all(plain)).hasSize(2);
        assertThat(Parsed.all(body)).hasSize(2);
        assertThat(Parsed.all(";;select 1;;")).hasSize(1);
        assertThat(Parsed.all(" -- nothing\n;")).isEmpty();
        assertThat(Parsed.all("commit; drop table t").getFirst().command())
                .isInstanceOf(Command.Transaction.class);
    }

    @Test
    void findsFunctionsWhereverTheyAreCalled() throws SqlSyntaxException {
        assertThat(functions("select 1 from a tablesample S.evil (1)")).containsExactly("s.evil");
        assertThat(functions("call pg_catalog.evil()")).containsExactly("pg_catalog.evil");
        assertThat(functions("select \"Evil\"(1), U&\"\\0065vil\"()"))
                .containsExactly("Evil", "evil");
        assertThat(functions("select 1 from evil() with ordinality")).containsExactly("evil");
        assertThat(functions("set x = 1")).isEmpty();
        assertThat(functions("select 1 at time zone 'x'")).containsExactly("pg_catalog.timezone");
        assertThat(functions("select substring(a, 1), substring(a from 1)"))
                .containsExactly("pg_catalog.substring", "substring");
        assertThat(functions("select extract(day from a), current_user, trim(leading a)"))
                .containsExactly(
                        "pg_catalog.current_user", "pg_catalog.extract", "pg_catalog.ltrim");
        assertThat(functions("execute p (evil())")).containsExactly("evil");
        assertThat(functions("create index i on t (evil(a)) where evil2(b)"))
                .containsExactly("evil", "evil2");
        assertThat(functions("create trigger g before insert on t execute function evil()"))
                .containsExactly("evil");
    }

    private static List<String> functions(String sql) throws SqlSyntaxException {
        return Parsed.functions(Parsed.one(sql));
    }

    @Test
    void seesThatTreatCallsAnySystemFunction() throws SqlSyntaxException {
        // Given / When
        Statement statement = Parsed.one("select treat('/etc/passwd' as pg_read_file)");

        // Then
        FunctionUse call = statement.functions().getFirst();
        assertThat(call.name()).isEqualTo(QualifiedName.system("pg_read_file"));
        assertThat(call.kind()).isEqualTo(FunctionUse.Kind.CALL);
        assertThat(call.texts()).containsExactly(java.util.Map.entry(0, "/etc/passwd"));
        assertThat(statement.types()).isEmpty();
    }

    @Test
    void seesOtherNamesOfRowsAndColumns() throws SqlSyntaxException {
        // an alias with a list renames columns
        assertThat(reaches("select c from secrets s (a, b, c)")).isTrue();
        assertThat(renames("select c from secrets s (a, b, c)")).isTrue();
        assertThat(renames("select c from secrets s")).isFalse();
        // an alias of a join stands for all that it joins
        assertThat(reaches("select j.ssn from (secrets s cross join t) j")).isTrue();
        assertThat(reaches("select j.* from (secrets s cross join t) j")).isTrue();
        assertThat(reaches("select j.i from secrets join t using (i) as j")).isTrue();
        assertThat(renames("select x from (secrets s cross join t) j (x, y)")).isTrue();
        // the row that RETURNING shows has more than one name
        assertThat(reaches("update secrets set a = 1 returning old.ssn")).isTrue();
        assertThat(reaches("delete from secrets returning with (old as o) o.ssn")).isTrue();
        assertThat(reaches("update secrets set a = 1 from t returning t.a")).isFalse();
        assertThat(reaches("select t.a from secrets, t")).isFalse();
        assertThat(reaches("select public.secrets.ssn from public.secrets")).isTrue();
    }

    @Test
    void seesWholeRowsByOtherNames() throws SqlSyntaxException {
        assertThat(reachesRow("select j from (secrets s cross join t) j")).isTrue();
        assertThat(reachesRow("update secrets set a = 1 returning new")).isTrue();
        assertThat(reachesRow("select t from secrets, t")).isFalse();
    }

    /** Whether the last column reference may mean a column of secrets. */
    private static boolean reaches(String sql) throws SqlSyntaxException {
        Operation level = Parsed.one(sql).operations().getFirst();
        return level.mayQualify(level.columns().getLast(), level.relations().getFirst());
    }

    private static boolean reachesRow(String sql) throws SqlSyntaxException {
        Operation level = Parsed.one(sql).operations().getFirst();
        return level.mayBeRow(level.columns().getLast(), level.relations().getFirst());
    }

    private static boolean renames(String sql) throws SqlSyntaxException {
        Operation level = Parsed.one(sql).operations().getFirst();
        return level.mayRename(level.relations().getFirst());
    }

    @Test
    void seesOperatorsThatNobodyWrites() throws SqlSyntaxException {
        assertThat(Parsed.operators(Parsed.one("select case a when b then c end")))
                .containsExactly("=");
        assertThat(Parsed.operators(Parsed.one("select 1 from a join b using (c)")))
                .containsExactly("=");
        assertThat(Parsed.operators(Parsed.one("select 1 from a natural join b")))
                .containsExactly("=");
    }

    @Test
    void readsWhatLiteralsTellFunctionsAndTypes() throws SqlSyntaxException {
        // Given
        Statement statement =
                Parsed.one(
                        "select set_config('role', $1, false), 'secrets'::regclass,"
                                + " regproc 'evil', cast(E'a\\x62' as \"T\")");

        // When / Then
        FunctionUse call = statement.functions().getFirst();
        assertThat(call.arguments()).isEqualTo(3);
        assertThat(call.texts()).containsExactly(java.util.Map.entry(0, "role"));
        assertThat(statement.types())
                .containsExactly(
                        new TypeUse(QualifiedName.plain("regclass"), true, "secrets"),
                        new TypeUse(QualifiedName.plain("regproc"), true, "evil"),
                        new TypeUse(QualifiedName.plain("T"), true, "ab"));
    }

    @Test
    void findsOperatorsOfAnySpelling() throws SqlSyntaxException {
        assertThat(
                        Parsed.operators(
                                Parsed.one(
                                        "select a operator(evil.+) b, a ? b, -a, a <> b, a != b,"
                                                + " a not like b, a in (1, 2), a not in (1, 2),"
                                                + " a = any (b), a like all (b)")))
                .containsExactlyInAnyOrder("evil.+", "?", "-", "<>", "!~~", "=", "~~");
    }

    @Test
    void tellsWhereCopyReadsAndWrites() throws SqlSyntaxException {
        assertThat(Parsed.one("copy t to program 'curl x'").command())
                .isEqualTo(new Copy(Copy.Direction.TO, Copy.Endpoint.PROGRAM, false, "curl x"));
        assertThat(Parsed.one("copy (select 1) to '/tmp/x'").command())
                .isEqualTo(new Copy(Copy.Direction.TO, Copy.Endpoint.FILE, true, "/tmp/x"));
        assertThat(Parsed.one("copy binary t (a) from stdin").command())
                .isEqualTo(new Copy(Copy.Direction.FROM, Copy.Endpoint.CLIENT, false, ""));
        assertThat(Parsed.one("copy t from stdout").command())
                .isEqualTo(new Copy(Copy.Direction.FROM, Copy.Endpoint.CLIENT, false, ""));
    }

    @Test
    void keepsTheSourceThatOthersWillExecute() throws SqlSyntaxException {
        assertThat(Parsed.one("do $x$ begin drop table t; end $x$ language plpgsql").command())
                .isEqualTo(new Command.Do("plpgsql", " begin drop table t; end "));
        assertThat(
                        Parsed.one("create function f() returns int as 'select 1' language sql")
                                .command())
                .isEqualTo(
                        new Command.Definition(
                                Command.Definition.Verb.CREATE,
                                "CreateFunctionStmt",
                                "function",
                                List.of("select 1")));
    }

    @Test
    void refusesWhatTheServerRefuses() {
        assertThat(Parsed.refusal("select 1 from a.b.c.d"))
                .isEqualTo(SqlSyntaxException.Reason.NAME);
        assertThat(Parsed.refusal("select a.*.b")).isEqualTo(SqlSyntaxException.Reason.NAME);
        assertThat(Parsed.refusal("select 1 from a[1]")).isEqualTo(SqlSyntaxException.Reason.NAME);
        assertThat(Parsed.refusal("select 1; selec 2; select 3"))
                .isEqualTo(SqlSyntaxException.Reason.SYNTAX);
        assertThat(Parsed.refusal("\\d")).isEqualTo(SqlSyntaxException.Reason.SYNTAX);
    }
}
