package dev.sallyport.proxy.db;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.access.fake.Attack;
import dev.sallyport.access.scope.Budget;
import dev.sallyport.access.scope.DbScope;
import dev.sallyport.proxy.db.fixture.DbAgent;
import dev.sallyport.proxy.db.fixture.DbHouse;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A classified value leaves in no form: what comes straight from its column is masked, and what may
 * hold it in any other way is refused.
 */
class MaskingIT {
    private static final String DOMAIN = "example";
    private static final String MASKED = "***";

    @TempDir static Path directory;
    private static DbHouse house;

    @BeforeAll
    static void open() throws Exception {
        house = new DbHouse(directory);
        house.asSuperuser(
                """
                CREATE VIEW contacts AS SELECT id, email AS address FROM customers;
                CREATE VIEW shouted AS SELECT id, upper(email) AS address FROM customers;
                CREATE TABLE letters (id int, customer int, body text);
                INSERT INTO letters SELECT n, n, 'hello' FROM generate_series(1, 10) n;
                ALTER TABLE customers ADD CONSTRAINT one_address UNIQUE (email);
                GRANT ALL ON ALL TABLES IN SCHEMA public TO billing_reader;
                """);
    }

    @AfterAll
    static void close() throws Exception {
        house.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "select email from customers",
                "select email as harmless from customers",
                "select * from customers",
                "table customers",
                "select c.* from customers c",
                "select c.email from customers c join letters on c.id = customer",
                "select email from customers order by email",
                "select address from contacts",
                "select * from contacts",
                "select x.a from (select email as a from customers) x",
                "with x as (select email as a from customers) select a from x",
                "select distinct email from customers",
                "select email from customers union select email from customers",
                "select address from shouted",
                "select upper(email) from customers",
                "select email || '' from customers",
                "select email::varchar from customers",
                "select substr(email, 1, 30) from customers",
                "select concat(email) from customers",
                "select coalesce(email, '') from customers",
                "select case when true then email end from customers",
                "select (select email from customers where id = 1)",
                "select array(select email from customers)",
                "select array_agg(email) from customers",
                "select string_agg(email, ',') from customers",
                "select max(email) from customers",
                "select min(email) over () from customers",
                "select c from customers c",
                "select row(c) from customers c",
                "select row(c.*) from customers c",
                "select c::text from customers c",
                "select (c).email from customers c",
                "select to_json(c) from customers c",
                "select to_jsonb(c) from customers c",
                "select row_to_json(c) from customers c",
                "select json_agg(c) from customers c",
                "select json_build_object('a', email) from customers",
                "select to_json(c) ->> 'email' from customers c",
                "select xmlelement(name a, email) from customers",
                "select xmlforest(email) from customers",
                "select format('%s', email) from customers",
                "select reverse(reverse(email)) from customers",
                "select encode(convert_to(email, 'UTF8'), 'escape') from customers",
                "select regexp_split_to_table(email, 'x') from customers",
                "select string_to_array(email, 'x') from customers",
                "select x from customers, lateral (select email as x) y",
                "select x from customers, unnest(array[email]) x",
                "select email::int from customers",
                "select cast(email as date) from customers",
                "select ('{' || email || '}')::int[] from customers",
                "select email::json from customers",
                "select 1 / (length(email) - length(email)) from customers",
                "copy customers to stdout",
                "copy customers (email) to stdout",
                "copy (select email from customers) to stdout",
                "copy (select upper(email) from customers) to stdout",
                "update customers set name = name where id = 1 returning email",
                "update customers set name = email where id = 1 returning name",
                "update customers set name = name where id = 1 returning *",
                "update customers set email = email where id = 1 returning upper(email)",
                "update customers set email = (select email from customers where id = 2)"
                        + " where id = 1",
                "insert into letters select id, id, email from customers returning body",
                "explain (analyze, verbose) select email from customers where email > 'a'",
                "explain select * from customers where email = (select max(email) from customers)",
                "select most_common_vals from pg_stats where attname = 'email'",
                "select histogram_bounds from pg_stats where attname = 'email'"
            })
    @Attack(34)
    void noClassifiedValueLeaves(String sql) throws Exception {
        DbAgent agent = house.agent(writer());

        DbAgent.Ran ran = agent.psql(sql);

        assertThat(ran.out() + ran.err())
                .as("exit %d", ran.exit())
                .doesNotContainIgnoringCase(DOMAIN);
        assertThat(ran.out().contains(MASKED) || ran.exit() != 0 || isEmpty(ran))
                .as(ran.out() + ran.err())
                .isTrue();
    }

    @Test
    void whatIsNotClassifiedIsShown() throws Exception {
        DbAgent agent = house.agent(writer());

        DbAgent.Ran ran =
                agent.psql(
                        "select name, email from customers where id = 3",
                        "select count(*) from customers",
                        "select body from letters where id = 1");

        assertThat(ran.err()).isEmpty();
        assertThat(ran.out()).isEqualTo("name 3|***\n10\nhello\n");
    }

    private static boolean isEmpty(DbAgent.Ran ran) {
        return ran.out().lines().allMatch(line -> line.isBlank() || line.matches("[A-Z]+( \\d+)+"));
    }

    /** May read and change the tables, and call whatever the server has. */
    private static DbScope writer() {
        return new DbScope(
                DbHouse.TARGET,
                DbHouse.ROLE,
                List.of("select", "insert", "update", "copy-to"),
                List.of("public.*", "pg_catalog.*"),
                List.of("*.*"),
                Map.of(),
                false,
                Budget.UNLIMITED);
    }
}
