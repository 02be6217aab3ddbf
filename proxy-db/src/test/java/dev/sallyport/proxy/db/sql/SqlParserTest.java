package dev.sallyport.proxy.db.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.proxy.db.sql.Operation.Action;
import dev.sallyport.proxy.db.sql.Operation.Source;
import dev.sallyport.proxy.db.sql.SettingUse.Change;
import dev.sallyport.proxy.db.sql.SqlSyntaxException.Reason;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What statements are, and how their levels, columns and results are told. */
final class SqlParserTest {
    private static final int STATEMENTS_OF_18 = 129;

    @Test
    void saysWhereEachStatementStands() throws SqlSyntaxException {
        // Given
        String sql = " /* a */ select 1 ; -- b\n  insert into t\nvalues (2) ;";

        // When
        List<Statement> statements = Parsed.all(sql);

        // Then
        assertThat(statements)
                .extracting(Statement::sql)
                .containsExactly("select 1", "insert into t\nvalues (2)");
        for (Statement statement : statements) {
            assertThat(sql.substring(statement.start(), statement.end()))
                    .isEqualTo(statement.sql());
        }
    }

    private static final SettingUse PATH =
            new SettingUse("search_path", Change.SET, List.of("a", "b"));

    private static final List<Arguments> COMMANDS =
            List.of(
                    Arguments.of("select 1", new Command.Select()),
                    Arguments.of("values (1)", new Command.Select()),
                    Arguments.of("insert into t default values", new Command.Insert()),
                    Arguments.of("update t set a = 1", new Command.Update()),
                    Arguments.of("delete from t", new Command.Delete()),
                    Arguments.of(
                            "merge into t using s on true when matched then delete",
                            new Command.Merge()),
                    Arguments.of("call f()", new Command.Call()),
                    Arguments.of("do 'x'", new Command.Do("", "x")),
                    Arguments.of(
                            "explain delete from t",
                            new Command.Explain(false, new Command.Delete())),
                    Arguments.of(
                            "explain analyse verbose select 1",
                            new Command.Explain(true, new Command.Select())),
                    Arguments.of(
                            "explain (buffers, analyze) execute p",
                            new Command.Explain(true, new Command.Execute("p", false))),
                    Arguments.of(
                            "explain (analyze off) select 1",
                            new Command.Explain(false, new Command.Select())),
                    Arguments.of(
                            "explain (\"analyze\" 'yes') select 1",
                            new Command.Explain(true, new Command.Select())),
                    Arguments.of(
                            "declare \"C\" cursor with hold for select 1",
                            new Command.DeclareCursor("C", true)),
                    Arguments.of(
                            "declare c cursor for select 1", new Command.DeclareCursor("c", false)),
                    Arguments.of("fetch forward 3 from c", new Command.Fetch("c", false)),
                    Arguments.of("move c", new Command.Fetch("c", true)),
                    Arguments.of("close c", new Command.Close("c")),
                    Arguments.of("close all", new Command.Close("")),
                    Arguments.of("close \"all\"", new Command.Close("all")),
                    Arguments.of(
                            "prepare p (int) as select $1",
                            new Command.Prepare("p", new Command.Select())),
                    Arguments.of("execute p(1)", new Command.Execute("p", false)),
                    Arguments.of("create table t as execute p", new Command.Execute("p", true)),
                    Arguments.of("deallocate prepare p", new Command.Deallocate("p")),
                    Arguments.of("deallocate all", new Command.Deallocate("")),
                    Arguments.of("discard temporary", new Command.Discard("temp")),
                    Arguments.of("set search_path to A, 'b'", new Command.Set(PATH, false)),
                    Arguments.of("set local \"SEARCH_PATH\" = a, b", new Command.Set(PATH, true)),
                    Arguments.of("set role none", new Command.SetRole("none", false)),
                    Arguments.of("set local role = 'Boss'", new Command.SetRole("Boss", true)),
                    Arguments.of("set \"Role\" to boss", new Command.SetRole("boss", false)),
                    Arguments.of("reset role", new Command.SetRole("", false)),
                    Arguments.of(
                            "set session authorization default",
                            new Command.SetSessionAuthorization("", false)),
                    Arguments.of(
                            "reset session authorization",
                            new Command.SetSessionAuthorization("", false)),
                    Arguments.of(
                            "set session_authorization = x",
                            new Command.SetSessionAuthorization("x", false)),
                    Arguments.of(
                            "set transaction read only",
                            new Command.SetTransaction(false, "read only")),
                    Arguments.of(
                            "set session characteristics as transaction read write",
                            new Command.SetTransaction(true, "read write")),
                    Arguments.of(
                            "reset all",
                            new Command.Reset(new SettingUse("", Change.RESET, List.of()))),
                    Arguments.of("show time zone", new Command.Show("timezone")),
                    Arguments.of("show all", new Command.Show("")),
                    Arguments.of("listen c", new Command.Listen("c")),
                    Arguments.of("unlisten *", new Command.Unlisten("")),
                    Arguments.of("notify c, 'p'", new Command.Notify("c", "p")),
                    Arguments.of("lock t nowait", new Command.Lock("access exclusive", true)),
                    Arguments.of("lock t in row share mode", new Command.Lock("row share", false)),
                    Arguments.of("truncate t", new Command.Truncate()),
                    Arguments.of("load 'x'", new Command.Load("x")),
                    Arguments.of("vacuum full t", new Command.Maintain("vacuum")),
                    Arguments.of("analyse", new Command.Maintain("analyze")),
                    Arguments.of("checkpoint", new Command.Maintain("checkpoint")),
                    Arguments.of("refresh materialized view v", new Command.Maintain("refresh")),
                    Arguments.of("create table t as select 1", new Command.CreateTableAs()));

    static Stream<Arguments> commands() {
        return COMMANDS.stream();
    }

    @ParameterizedTest
    @MethodSource
    void commands(String sql, Command expected) throws SqlSyntaxException {
        assertThat(Parsed.one(sql).command()).isEqualTo(expected);
    }

    static Stream<Arguments> transactions() {
        return Stream.of(
                Arguments.of("begin isolation level serializable, read only", "BEGIN"),
                Arguments.of("start transaction", "BEGIN"),
                Arguments.of("commit and chain", "COMMIT"),
                Arguments.of("end", "COMMIT"),
                Arguments.of("abort", "ROLLBACK"),
                Arguments.of("rollback work", "ROLLBACK"),
                Arguments.of("savepoint s", "SAVEPOINT"),
                Arguments.of("release s", "RELEASE"),
                Arguments.of("rollback to savepoint s", "ROLLBACK_TO"),
                Arguments.of("prepare transaction 's'", "PREPARE"),
                Arguments.of("commit prepared 's'", "COMMIT_PREPARED"),
                Arguments.of("rollback prepared 's'", "ROLLBACK_PREPARED"));
    }

    @ParameterizedTest
    @MethodSource
    void transactions(String sql, String step) throws SqlSyntaxException {
        Command.Transaction transaction = (Command.Transaction) Parsed.one(sql).command();
        assertThat(transaction.step().name()).isEqualTo(step);
        boolean named = sql.matches(".* '?s'?");
        assertThat(transaction.name()).isEqualTo(named ? "s" : "");
    }

    @Test
    void tellsDefinitionsByVerbAndObject() throws SqlSyntaxException {
        assertThat(definition("create or replace view v as select 1")).isEqualTo("CREATE view");
        assertThat(definition("create unique index concurrently on t (a)"))
                .isEqualTo("CREATE index");
        assertThat(definition("drop materialized view if exists v"))
                .isEqualTo("DROP materialized view");
        assertThat(definition("alter table t rename to u")).isEqualTo("ALTER table");
        assertThat(definition("grant a to b")).isEqualTo("GRANT ");
        assertThat(definition("alter system set a = 1")).isEqualTo("ALTER system");
        assertThat(definition("create user x")).isEqualTo("CREATE user");
    }

    private static String definition(String sql) throws SqlSyntaxException {
        Command.Definition definition = (Command.Definition) Parsed.one(sql).command();
        return definition.verb() + " " + definition.object();
    }

    @Test
    void findsSettingsInDefinitionsToo() throws SqlSyntaxException {
        assertThat(settings("alter role r set search_path = x")).containsExactly("search_path");
        assertThat(settings("alter database d reset all")).containsExactly("");
        assertThat(settings("alter system reset a.B")).containsExactly("a.b");
        assertThat(settings("create function f() returns int set role to x as ''"))
                .containsExactly("role");
        assertThat(settings("set names 'sjis'")).containsExactly("client_encoding");
        assertThat(settings("set schema 'x'")).containsExactly("search_path");
        assertThat(settings("set time zone local")).containsExactly("timezone");
    }

    private static List<String> settings(String sql) throws SqlSyntaxException {
        return Parsed.one(sql).settings().stream().map(SettingUse::name).toList();
    }

    @Test
    void numbersLevelsFromTheOutside() throws SqlSyntaxException {
        // Given
        Statement statement =
                Parsed.one(
                        "with d as (delete from a returning *) insert into b"
                                + " select * from d, (select 1) s union select 2 from c for share");

        // When
        List<Operation> operations = statement.operations();

        // Then
        assertThat(Parsed.actions(statement))
                .containsExactly(
                        Action.INSERT,
                        Action.DELETE,
                        Action.SELECT,
                        Action.SELECT,
                        Action.SELECT,
                        Action.SELECT);
        assertThat(operations).extracting(Operation::parent).containsExactly(-1, 0, 0, 2, 2, 3);
        assertThat(operations.get(1).returning()).isTrue();
        assertThat(operations.get(2).locking()).isTrue();
        assertThat(operations.get(3).sources())
                .containsExactly(
                        new Source(Source.Kind.WITH_QUERY, "d", List.of(), 1),
                        new Source(Source.Kind.SUBQUERY, "s", List.of(), 5));
    }

    @Test
    void readsTheTargetOnlyWhereItsColumnsMayBeSeen() throws SqlSyntaxException {
        assertThat(Parsed.relations("update t set a = 1")).containsExactly("update t");
        assertThat(Parsed.relations("update t set a = b")).containsExactly("read+update t");
        assertThat(Parsed.relations("delete from t where exists (select t.a)"))
                .containsExactly("read+delete t");
        assertThat(Parsed.relations("insert into t select a from u"))
                .containsExactly("insert t", "read u");
        assertThat(Parsed.relations("insert into t select a from u returning 1"))
                .containsExactly("read u", "read+insert t");
        assertThat(Parsed.relations("with w as (select a from u) update t set a = 1"))
                .containsExactly("read u", "update t");
    }

    @Test
    void tellsColumnsByPlace() throws SqlSyntaxException {
        assertThat(
                        Parsed.columns(
                                Parsed.one(
                                        "select a, t.b, t.*, *, f(c), (r).d, (r).*, e[1].f"
                                                + " from t natural join u join v using (g)")))
                .containsExactlyInAnyOrder(
                        "a", "t.b", "t.*", "*", "c", "r", "field d", "field *", "e", "field f",
                        "join g", "join *");
        assertThat(
                        Parsed.columns(
                                Parsed.one(
                                        "insert into t (a, b.x) values (1, 2)"
                                                + " on conflict (k) do update set c = excluded.d")))
                .containsExactlyInAnyOrder(
                        "target a", "target b", "key k", "target c", "excluded.d");
        assertThat(Parsed.columns(Parsed.one("copy t (a) to stdout"))).containsExactly("a");
        assertThat(Parsed.columns(Parsed.one("copy t to stdout"))).containsExactly("*");
        assertThat(Parsed.columns(Parsed.one("copy t (a) from stdin where b > 1")))
                .containsExactlyInAnyOrder("target a", "b");
        assertThat(Parsed.columns(Parsed.one("table t"))).containsExactly("*");
    }

    @Test
    void suspectsWholeRows() throws SqlSyntaxException {
        assertThat(rows("select s from secrets s")).containsExactly("s");
        assertThat(rows("select row_to_json(secrets) from public.secrets"))
                .containsExactly("secrets");
        assertThat(rows("select 1 from t where (select u::text from u) = 'x'"))
                .containsExactly("u");
        assertThat(rows("delete from t returning old")).containsExactly("old");
        assertThat(rows("delete from t returning with (old as o) o")).containsExactly("o");
        assertThat(rows("select s, s.a from t")).isEmpty();
    }

    private static List<String> rows(String sql) throws SqlSyntaxException {
        return Parsed.one(sql).columns().stream()
                .filter(ColumnUse::mayBeRow)
                .map(ColumnUse::name)
                .toList();
    }

    @Test
    void tellsWhatMakesEachResultColumn() throws SqlSyntaxException {
        assertThat(Parsed.one("(select a, t.b as c, t.*, *, 1 as d, f(e))").results())
                .containsExactly(
                        new ResultColumn.Column("", List.of("a")),
                        new ResultColumn.Column("c", List.of("t", "b")),
                        new ResultColumn.Star(List.of("t")),
                        new ResultColumn.Star(List.of()),
                        new ResultColumn.Computed("d"),
                        new ResultColumn.Computed(""));
        assertThat(Parsed.one("delete from t returning a").results())
                .containsExactly(new ResultColumn.Column("", List.of("a")));
        assertThat(Parsed.one("explain select a from t").results()).isEmpty();
        assertThat(Parsed.one("select a union select b").results()).isEmpty();
        assertThat(Parsed.one("create table t as select a").results()).isEmpty();
    }

    @Test
    void knowsEveryStatementOfTheGrammar() {
        // Given: a newer grammar may have more, and each must be looked at
        List<String> names = GrammarTables.POSTGRESQL_18.names;

        // When
        long statements = names.stream().filter(name -> name.endsWith("Stmt")).count();

        // Then
        assertThat(statements).isEqualTo(STATEMENTS_OF_18);
    }

    @Test
    void findsTheHighestParameter() throws SqlSyntaxException {
        assertThat(Parsed.one("select $2, f($7) from t where a = $3").parameters()).isEqualTo(7);
        assertThat(Parsed.one("select '$9' -- $8").parameters()).isZero();
    }

    @Test
    void limitsLengthAndDepthAndNeverOverflowsAStack() {
        assertThat(Parsed.refusal("(".repeat(20_000))).isEqualTo(Reason.TOO_DEEP);
        assertThatThrownBy(() -> SqlParser.parse("select 1", 7))
                .isInstanceOf(SqlSyntaxException.class)
                .hasMessageContaining("too long");
    }

    @Test
    void takesLongListsAndChains() throws SqlSyntaxException {
        String sum = "select 1" + "+1".repeat(100_000);
        String list = "select 1 where a in (0" + ",1".repeat(100_000) + ")";
        String union = "select 1" + " union select 1".repeat(20_000);
        String nested = "select " + "(".repeat(3_000) + "1" + ")".repeat(3_000);
        for (String sql : List.of(sum, list, union, nested)) {
            assertThat(Parsed.one(sql).command()).isEqualTo(new Command.Select());
        }
    }

    @Test
    void normalizesWhatMakesNoDifference() throws SqlSyntaxException {
        assertThat(normalized("SELECT  a,\"b\" FROM T /* c */ WHERE x='y' AND z IN (1,2,$3)"))
                .isEqualTo("select a, b from t where x = ? and z in (?, ...)");
        assertThat(normalized("insert into t(a, b) values (1, 'x'), ($1, $2),(3,4)"))
                .isEqualTo("insert into t(a, b) values (?, ?), ...");
        assertThat(normalized("select \"select\", \"A\" from s . \"t-1\""))
                .isEqualTo("select \"select\", \"A\" from s.\"t-1\"");
        assertThat(normalized("select a?b, a::int[], f(1, 2), -1 != 2"))
                .isEqualTo("select a operator(?) b, a::int[], f(?, ?), - ? <> ?");
    }

    private static String normalized(String sql) throws SqlSyntaxException {
        return Parsed.one(sql).normalized();
    }

    @Test
    void givesOneFingerprintToStatementsThatDifferInLiteralsOnly() throws SqlSyntaxException {
        Fingerprint first = Parsed.one("select * from t where id = 1").fingerprint();
        assertThat(Parsed.one("SELECT *\nFROM t WHERE id=$1").fingerprint()).isEqualTo(first);
        assertThat(Parsed.one("select * from t where ID = 'x' -- c").fingerprint())
                .isEqualTo(first);
        assertThat(Parsed.one("select * from \"T\" where id = 1").fingerprint())
                .isNotEqualTo(first);
        assertThat(Parsed.one("select * from t where id > 1").fingerprint()).isNotEqualTo(first);
        assertThat(first.hex())
                .isEqualTo("aa4a91922b0ca7c90f8fed599d05c8d4385dea05d9a46f8a5e5519272d3dc695");
    }
}
