package dev.sallyport.proxy.db.catalogue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Names of a real database, resolved as PostgreSQL 18 does. */
class CatalogueIT {

    private static final HarmlessFunctions HARMLESS = HarmlessFunctions.shipped();

    private static PostgresServer server;
    private static Catalogue catalogue;

    @BeforeAll
    static void start() throws Exception {
        server = PostgresServer.newest();
        server.runScript("schema.sql");
        catalogue =
                server.catalogue(new SearchPath(List.of("pg_catalog", "public", "app", "other")));
    }

    @AfterAll
    static void stop() throws Exception {
        server.close();
    }

    private static SqlName bare(String name) {
        return new SqlName.Bare(name);
    }

    private static Relation relation(String name) {
        return ((RelationAnswer.Found) catalogue.relation(bare(name))).relation();
    }

    private static List<String> names(SortedSet<QualifiedName> names) {
        return names.stream().map(QualifiedName::text).toList();
    }

    private static List<String> beyond(String function, int arguments) {
        return names(HARMLESS.beyond(catalogue.functions(bare(function), arguments)));
    }

    @Test
    void knowsServerDatabaseAndColumnsByNumber() {
        // When
        Relation customers = relation("customers");

        // Then
        assertThat(catalogue.serverVersion()).isBetween(180_000, 189_999);
        assertThat(catalogue.database()).isEqualTo("postgres");
        assertThat(customers.kind()).isEqualTo(Relation.Kind.TABLE);
        assertThat(customers.columns())
                .extracting(column -> column.number() + column.name())
                .containsExactly("1id", "3name", "4email");
        assertThat(catalogue.relation(customers.oid())).contains(customers);
    }

    @ParameterizedTest
    @CsvSource({
        "customers, public.customers, TABLE",
        "names, public.names, VIEW",
        "kept, public.kept, MATERIALIZED_VIEW",
        "orders, public.orders, PARTITIONED",
        "orders_2026, public.orders_2026, TABLE",
        "numbers, public.numbers, SEQUENCE",
        "pg_class, pg_catalog.pg_class, TABLE",
        "pg_roles, pg_catalog.pg_roles, VIEW",
    })
    void resolvesBareNamesAlongThePinnedPath(String name, String resolved, Relation.Kind kind) {
        // When
        Relation found = relation(name);

        // Then
        assertThat(found.name().text()).isEqualTo(resolved);
        assertThat(found.kind()).isEqualTo(kind);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Customers", "customers_pkey", "nothing", "columns", "temperature"})
    void knowsNoOtherName(String name) {
        // When
        RelationAnswer answer = catalogue.relation(bare(name));

        // Then
        assertThat(answer).isInstanceOf(RelationAnswer.Unknown.class);
    }

    @Test
    void resolvesQualifiedNamesWhereverTheyAre() {
        // When
        RelationAnswer answer =
                catalogue.relation(new SqlName.Qualified("information_schema", "columns"));

        // Then
        assertThat(answer)
                .isInstanceOfSatisfying(
                        RelationAnswer.Found.class,
                        found ->
                                assertThat(found.relation().name().text())
                                        .isEqualTo("information_schema.columns"));
    }

    @Test
    void aNameInTwoSchemasOfThePathIsAmbiguous() {
        // When
        RelationAnswer answer = catalogue.relation(bare("both_here"));

        // Then
        assertThat(answer)
                .isEqualTo(
                        new RelationAnswer.Ambiguous(
                                List.of(
                                        new QualifiedName("app", "both_here"),
                                        new QualifiedName("other", "both_here"))));
    }

    @Test
    void aSchemaWithADotIsNotMistakenForAnother() {
        // When
        RelationAnswer answer = catalogue.relation(new SqlName.Qualified("public.x", "secrets"));

        // Then
        assertThat(((RelationAnswer.Found) answer).relation().name().text())
                .isEqualTo("\"public.x\".secrets");
    }

    @Test
    void namesOfThreePartsMustNameThisDatabase() {
        assertThat(SqlName.of(List.of("postgres", "public", "t"), catalogue.database()))
                .contains(new SqlName.Qualified("public", "t"));
        assertThat(SqlName.of(List.of("other", "public", "t"), catalogue.database())).isEmpty();
    }

    @Test
    void temporaryTablesStayUnknown() throws Exception {
        // Given
        try (var session = server.connect("postgres", "");
                var statement = session.createStatement()) {
            statement.execute("CREATE TEMP TABLE hidden (id int)");

            // When
            Catalogue fresh = server.catalogue(SearchPath.standard());

            // Then
            assertThat(fresh.relation(bare("hidden"))).isInstanceOf(RelationAnswer.Unknown.class);
            assertThat(fresh.relations()).noneMatch(each -> each.name().name().equals("hidden"));
        }
    }

    @Test
    void parentsKnowTheirHeirsAndHeirsTheirParents() {
        assertThat(catalogue.descendants(relation("animals")))
                .extracting(each -> each.name().name())
                .containsExactlyInAnyOrder("dogs", "puppies");
        assertThat(catalogue.ancestors(relation("puppies")))
                .extracting(each -> each.name().name())
                .containsExactlyInAnyOrder("dogs", "animals");
        assertThat(catalogue.descendants(relation("orders")))
                .extracting(each -> each.name().name())
                .containsExactly("orders_2026");
        assertThat(catalogue.descendants(relation("customers"))).isEmpty();
    }

    @Test
    void viewsAreExpandedToTheirBaseTables() {
        assertThat(catalogue.bases(relation("kept")))
                .extracting(each -> each.name().text())
                .containsExactlyInAnyOrder("public.customers", "public.secrets");
        assertThat(catalogue.bases(relation("customers"))).isEmpty();
    }

    @Test
    void oneOverloadThatIsNotHarmlessSpoilsTheName() {
        assertThat(beyond("upper", 1)).isEmpty();
        assertThat(beyond("lower", 1)).containsExactly("public.lower");
        assertThat(
                        names(
                                HARMLESS.beyond(
                                        catalogue.functions(
                                                new SqlName.Qualified("pg_catalog", "lower"), 1))))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "two, 0, false", "two, 1, true", "two, 2, true", "two, 3, false",
        "spread, 1, true", "spread, 9, true", "count, 0, true", "percentile_cont, 1, true",
        "nothing, 1, false", "int4, 1, true", "concat, 40, true"
    })
    void candidatesAreToldByTheNumberOfArguments(String name, int arguments, boolean known) {
        assertThat(catalogue.functions(bare(name), arguments).isKnown()).isEqualTo(known);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "query_to_xml", "pg_read_file", "pg_sleep", "set_config", "nextval", "ts_stat",
                "has_table_privilege", "work", "peek", "sum_secret", "regclass", "table_name"
            })
    void whatActsOrTellsIsNotHarmless(String name) {
        // When
        Candidates any =
                List.of(0, 1, 2, 3, 4).stream()
                        .map(count -> catalogue.functions(bare(name), count))
                        .reduce(Candidates.UNKNOWN, Candidates::and);

        // Then
        assertThat(any.isKnown()).isTrue();
        assertThat(HARMLESS.beyond(any)).isNotEmpty();
    }

    @Test
    void aMissingColumnIsAFunctionOfTheRow() {
        assertThat(names(HARMLESS.beyond(catalogue.rowFunctions("peek"))))
                .containsExactly("public.peek");
        assertThat(catalogue.rowFunctions("to_jsonb").isKnown()).isTrue();
        assertThat(catalogue.rowFunctions("email").isKnown()).isFalse();
        assertThat(catalogue.rowFunctions("upper").functions())
                .noneMatch(function -> function.arguments().equals(List.of(25L)));
    }

    @ParameterizedTest
    @CsvSource({
        "regclass, pg_catalog.regclass", "_regclass, pg_catalog.regclass",
        "table_name, pg_catalog.regclass", "holder, pg_catalog.regclass",
        "regrole, pg_catalog.regrole", "temperature, public.to_temperature"
    })
    void conversionsThatTellOrRunAreFound(String type, String found) {
        assertThat(names(HARMLESS.beyond(catalogue.conversion(bare(type))))).contains(found);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "int4",
                "text",
                "numeric",
                "timestamptz",
                "jsonb",
                "mood",
                "citext",
                "hstore",
                "regtype",
                "regproc",
                "_int4",
                "customers",
                "int4range",
                "int4multirange",
                "money"
            })
    void ordinaryConversionsAreHarmless(String type) {
        // When
        Candidates conversion = catalogue.conversion(bare(type));

        // Then
        assertThat(conversion.isKnown()).isTrue();
        assertThat(HARMLESS.beyond(conversion)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"=", "<", "~~", "||", "->", "->>", "@>", "?", "+", "-", "~", "!~*"})
    void operatorsOfExtensionsDoNotSpoilComparisons(String operator) {
        // When
        Candidates found = catalogue.operators(bare(operator), 2);

        // Then
        assertThat(found.isKnown()).isTrue();
        assertThat(HARMLESS.beyondOperators(found)).isEmpty();
    }

    @Test
    void operatorsOfUsersAreWhatTheyCall() {
        assertThat(names(HARMLESS.beyondOperators(catalogue.operators(bare("<+>"), 2))))
                .containsExactly("public.sum_secret");
        assertThat(catalogue.operators(bare("<+>"), 1).isKnown()).isFalse();
    }

    @Test
    void aDatabaseWithTooManyObjectsIsRefusedWhole() throws Exception {
        // Given
        var limits =
                new CatalogueLimits(
                        300,
                        1_000_000,
                        Duration.ofSeconds(30),
                        Duration.ofSeconds(1),
                        Duration.ofSeconds(20));
        try (var connection = ControlConnection.reading(server.settings("postgres"))) {
            // When // Then
            assertThatThrownBy(() ->
                            new CatalogueReader(connection.jdbc(), limits)
                                    .read(SearchPath.standard(), Instant.EPOCH))
                    .isInstanceOf(CatalogueUnreadableException.class)
                    .hasMessage("the database has more than 300 functions");
        }
    }

    @Test
    void theSearchPathIsPinnedAsPostgresReadsIt() throws Exception {
        // Given
        var path = new SearchPath(List.of("public", "we\"ird"));

        // When
        List<String> shown =
                server.ask(
                        "SELECT set_config('search_path', '"
                                + path.setting()
                                + "', false), array_to_string(current_schemas(true), ',')");

        // Then
        assertThat(shown).hasSize(1);
        assertThat(path.setting()).isEqualTo("\"pg_catalog\", \"public\", \"we\"\"ird\", pg_temp");
        assertThatThrownBy(() -> new SearchPath(List.of("public", "pg_catalog")))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new SearchPath(List.of("$user")))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(Set.copyOf(SearchPath.standard().schemas())).hasSize(2);
    }
}
