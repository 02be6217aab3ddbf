package dev.sallyport.proxy.db;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.access.event.EventType;
import dev.sallyport.access.fake.Attack;
import dev.sallyport.access.scope.Budget;
import dev.sallyport.proxy.db.fixture.DbAgent;
import dev.sallyport.proxy.db.fixture.DbHouse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * SQL that reads or does what its tables do not tell, sent by psql to a real server. The grant
 * names two tables; the role behind it may do more, so that only the proxy stands in between. What
 * is refused never reaches the server, by the server's own log.
 */
class EvasionsIT {
    private static final String JEWELS = "the crown jewels";

    @TempDir static Path directory;
    private static DbHouse house;

    /** A name, and statements of which the last one is the evasion. */
    private static final List<Arguments> REFUSED =
            List.of(
                    // functions that read tables from a string
                    one(
                            "query_to_xml",
                            "select query_to_xml('select * from secrets',true,true,'')"),
                    one("table_to_xml", "select table_to_xml('secrets', true, true, '')"),
                    one("schema_to_xml", "select schema_to_xml('public', true, true, '')"),
                    one("database_to_xml", "select database_to_xml(true, true, '')"),
                    one("ts_stat", "select * from ts_stat('select value::tsvector from secrets')"),
                    one(
                            "cursor_to_xml",
                            "begin",
                            "declare c cursor for select id from invoices",
                            "select cursor_to_xml('c', 10, true, true, '')"),
                    // files and large objects
                    one("pg_read_file", "select pg_read_file('PG_VERSION')"),
                    one("pg_read_binary_file", "select pg_read_binary_file('PG_VERSION')"),
                    one("pg_ls_dir", "select pg_ls_dir('.')"),
                    one("pg_stat_file", "select pg_stat_file('PG_VERSION')"),
                    one("lo_import", "select lo_import('PG_VERSION')"),
                    one("lo_export", "select lo_export(1, 'x')"),
                    one("lo_from_bytea", "select lo_from_bytea(0, 'x')"),
                    one("lo_get", "select lo_get(1)"),
                    one("COPY of a table", "copy secrets to stdout"),
                    one("COPY of a query", "copy (select value from secrets) to stdout"),
                    one("COPY to a program", "copy invoices to program 'cat'"),
                    one("COPY from a program", "copy invoices from program 'cat /etc/passwd'"),
                    one("COPY to a file", "copy invoices to '/tmp/never'"),
                    one("COPY from a file", "copy invoices from '/etc/passwd'"),
                    // code that nobody can see into
                    one("DO", "do $$ begin perform value from secrets; end $$"),
                    one("EXECUTE in DO", "do $$ begin execute 'table secrets'; end $$"),
                    one("CALL", "call steal()"),
                    one("EXPLAIN ANALYZE", "explain analyze delete from invoices"),
                    one("SECURITY DEFINER", "select jewels()"),
                    one("a user's operator", "select 1 ~~~ 2"),
                    one("a user's cast", "select 1::int::gem"),
                    one("a user's aggregate", "select gather(id) from invoices"),
                    // the server's controls
                    one("pg_terminate_backend", "select pg_terminate_backend(1)"),
                    one("pg_cancel_backend", "select pg_cancel_backend(1)"),
                    one("pg_advisory_lock", "select pg_advisory_lock(1)"),
                    one("nextval", "select nextval('numbers')"),
                    one("setval", "select setval('numbers', 1)"),
                    one("pg_notify", "select pg_notify('a', 'b')"),
                    one("set_config", "select set_config('role', 'postgres', false)"),
                    one("pg_logical_slot", "select pg_logical_slot_get_changes('a', null, null)"),
                    one("pg_switch_wal", "select pg_switch_wal()"),
                    one(
                            "pg_import_system_collations",
                            "select pg_import_system_collations('public')"),
                    one("dblink", "select * from dblink('host=x', 'select 1') as t(a int)"),
                    one("crosstab", "select * from crosstab('select * from secrets') as t(a int)"),
                    one("xpath_table", "select xpath_table('a', 'b', 'secrets', '/', 'true')"),
                    // tables behind other names
                    one("a view", "select * from window_to_secrets"),
                    one("a parent reads children", "select * from all_secrets"),
                    one("a foreign name", "select * from \"public\".\"secrets\""),
                    one("an escaped name", "select * from U&\"\\0073ecrets\""),
                    one("an INSERT's query", "insert into invoices select id from secrets"),
                    one(
                            "ON CONFLICT",
                            "insert into invoices values (1) on conflict (id) do update"
                                    + " set amount = (select id from secrets)"),
                    one(
                            "RETURNING",
                            "update invoices set amount = 1 where id = 1"
                                    + " returning (select value from secrets)"),
                    one(
                            "an error as the channel",
                            "select 1 / (case when exists (table secrets) then 0 else 1 end)"),
                    one(
                            "a CTE that writes",
                            "with gone as (delete from invoices returning *) select * from gone"),
                    one("a JOIN", "select value from invoices join secrets using (id)"),
                    // payloads for later
                    one("SELECT INTO", "select * into stash from invoices"),
                    one("CREATE TABLE AS", "create table stash as table invoices"),
                    one("CREATE TEMP TABLE", "create temp table invoices (id int)"),
                    one("CREATE VIEW", "create view stash as table invoices"),
                    one("CREATE FUNCTION", "create function f() returns int return 1"),
                    one("CREATE RULE", "create rule r as on select to invoices do instead nothing"),
                    one(
                            "CREATE TRIGGER",
                            "create trigger t before update on invoices for each row"
                                    + " execute function suppress_redundant_updates_trigger()"),
                    // settings and roles
                    one("SET ROLE", "set role postgres"),
                    one("RESET ROLE", "reset role"),
                    one("SET SESSION AUTHORIZATION", "set session authorization postgres"),
                    one("RESET SESSION AUTHORIZATION", "reset session authorization"),
                    one("SET search_path", "set search_path = evil"),
                    one("SET LOCAL search_path", "begin", "set local search_path = evil"),
                    one("SET lexing", "set standard_conforming_strings = off"),
                    one("SET backslash_quote", "set backslash_quote = on"),
                    one("SET encoding", "set client_encoding = sjis"),
                    one("SET NAMES", "set names 'sjis'"),
                    one("SET pinned", "set app.customer = '1'"),
                    one("ALTER ROLE", "alter role current_user set search_path = evil"),
                    one("RESET ALL", "reset all"),
                    one("LOAD", "load 'auto_explain'"),
                    one("ALTER SYSTEM", "alter system set log_statement = none"),
                    one("CREATE EXTENSION", "create extension dblink"),
                    one("PREPARE TRANSACTION", "begin", "prepare transaction 'x'"),
                    one("LOCK", "begin", "lock table invoices"),
                    one("FOR UPDATE", "select * from invoices for update"),
                    one("NOTIFY", "notify a"),
                    one("LISTEN", "listen a"),
                    // several, prepared, behind a cursor
                    one("the second of two", "select 1; select value from secrets"),
                    one("behind COMMIT", "commit; delete from invoices"),
                    one("PREPARE", "prepare p as select value from secrets", "execute p"),
                    one("EXPLAIN EXECUTE", "prepare p as table secrets", "explain execute p"),
                    one("a cursor", "begin", "declare c cursor for table secrets"),
                    one("EXECUTE of nothing", "execute unknown_statement"),
                    one("FETCH of nothing", "fetch all from unknown_portal"));

    @BeforeAll
    static void open() throws Exception {
        house = new DbHouse(directory);
        house.asSuperuser(
                """
                CREATE VIEW window_to_secrets AS TABLE secrets;
                CREATE TABLE all_secrets (id int, value text);
                CREATE TABLE more_secrets () INHERITS (all_secrets);
                INSERT INTO more_secrets VALUES (1, 'the crown jewels');
                CREATE SEQUENCE numbers;
                CREATE FUNCTION jewels() RETURNS text SECURITY DEFINER
                    RETURN (SELECT value FROM secrets);
                CREATE PROCEDURE steal() LANGUAGE sql AS 'TABLE secrets';
                CREATE FUNCTION peek(int, int) RETURNS text RETURN (SELECT value FROM secrets);
                CREATE OPERATOR ~~~ (LEFTARG = int, RIGHTARG = int, FUNCTION = peek);
                CREATE TYPE gem AS (value text);
                CREATE FUNCTION to_gem(int) RETURNS gem LANGUAGE sql
                    AS 'SELECT ROW(value)::gem FROM secrets';
                CREATE CAST (int AS gem) WITH FUNCTION to_gem(int);
                CREATE AGGREGATE gather(int) (SFUNC = int4pl, STYPE = int, INITCOND = '0');
                CREATE SCHEMA evil;
                CREATE TABLE evil.invoices AS SELECT id, value FROM secrets;
                GRANT ALL ON ALL TABLES IN SCHEMA public, evil TO billing_reader;
                GRANT ALL ON SCHEMA public, evil TO billing_reader;
                GRANT ALL ON ALL SEQUENCES IN SCHEMA public TO billing_reader;
                GRANT pg_read_server_files, pg_write_server_files, pg_execute_server_program,
                    pg_signal_backend TO billing_reader;
                """);
    }

    @AfterAll
    static void close() throws Exception {
        house.close();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("refused")
    @Attack(29)
    void isRefusedAndNeverReachesTheServer(String name, List<String> statements) throws Exception {
        // Given
        DbAgent agent =
                house.agent(
                        DbHouse.scope(
                                List.of("select", "insert", "update", "copy-to", "copy-from"),
                                false,
                                Budget.UNLIMITED));
        String mark = "/* evasion: " + name + " */ ";
        var commands = new ArrayList<>(statements);
        commands.set(commands.size() - 1, mark + statements.getLast());

        // When
        DbAgent.Ran ran = agent.psql(commands.toArray(String[]::new));

        // Then
        assertThat(ran.exit()).as(ran.out()).isNotZero();
        assertThat(ran.err()).contains("sallyport: ", "\"verdict\":\"deny\"");
        assertThat(ran.out() + ran.err()).doesNotContain(JEWELS);
        assertThat(house.serverLog()).doesNotContain(mark.strip());
        assertThat(house.recorder().events(EventType.ACT_DENIED))
                .anySatisfy(
                        event -> assertThat(event.context().grant()).isEqualTo(agent.grant().id()));
    }

    @Test
    void discardingEverythingChangesNothingThatWasPinned() throws Exception {
        DbAgent agent = house.agent(DbHouse.reader(Budget.UNLIMITED));

        DbAgent.Ran ran =
                agent.psql(
                        "prepare p as select 1",
                        "discard all",
                        "select current_setting('app.customer'), current_user = session_user,"
                                + " current_setting('search_path')");
        DbAgent.Ran after = agent.psql("prepare p as select 1", "discard all", "execute p");

        assertThat(ran.err()).isEmpty();
        assertThat(ran.out())
                .isEqualTo("PREPARE\nDISCARD ALL\n42|t|\"pg_catalog\", \"public\", pg_temp\n");
        assertThat(after.err()).contains("prepared statement \"p\" does not exist");
    }

    static Stream<Arguments> refused() {
        return REFUSED.stream();
    }

    private static Arguments one(String name, String... statements) {
        return Arguments.of(name, List.of(statements));
    }
}
