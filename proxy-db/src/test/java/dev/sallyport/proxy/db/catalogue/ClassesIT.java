package dev.sallyport.proxy.db.catalogue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which columns are classified, in a real database. */
class ClassesIT {
    private static PostgresServer server;
    private static Catalogue catalogue;

    @BeforeAll
    static void start() throws Exception {
        server = PostgresServer.newest();
        server.runScript("schema.sql");
        catalogue = server.catalogue(SearchPath.standard());
    }

    @AfterAll
    static void stop() throws Exception {
        server.close();
    }

    private static Relation relation(String name) {
        return ((RelationAnswer.Found) catalogue.relation(new SqlName.Bare(name))).relation();
    }

    @Test
    void classesReachHeirsParentsAndViews() {
        // When
        Classes classes =
                ClassRules.of(
                                Map.of(
                                        "public.customers.email", List.of("pii"),
                                        "public.secrets.secret", List.of("secret"),
                                        "public.dogs.name", List.of("tag"),
                                        "public.orders.note", List.of("note")))
                        .bind(catalogue);

        // Then
        assertThat(classes.problems()).isEmpty();
        Relation customers = relation("customers");
        assertThat(classes.of(customers.oid(), 4)).containsExactly("pii");
        assertThat(classes.of(customers, "id")).isEmpty();
        assertThat(classes.of(relation("orders_2026"), "note")).containsExactly("note");
        assertThat(classes.of(relation("animals"), "name")).containsExactly("tag");
        assertThat(classes.of(relation("puppies"), "name")).containsExactly("tag");
        assertThat(classes.of(relation("puppies"), "breed")).isEmpty();
        assertThat(classes.of(relation("names"))).isEmpty();
        assertThat(classes.of(relation("mails"), "id")).containsExactly("pii");
        assertThat(classes.of(relation("wholes"))).containsExactly("pii");
        assertThat(classes.of(relation("deep"))).containsExactly("pii", "secret");
        assertThat(classes.of(relation("kept"), "id")).containsExactly("pii", "secret");
    }

    @Test
    void aViewThatARuleNamesShowsWhatRulesSay() {
        // When
        Classes classes =
                ClassRules.of(
                                Map.of(
                                        "public.customers.email", List.of("pii"),
                                        "public.mails.lower", List.of("pii"),
                                        "public.wholes.id", List.of()))
                        .bind(catalogue);

        // Then
        assertThat(classes.of(relation("mails"), "lower")).containsExactly("pii");
        assertThat(classes.of(relation("mails"), "id")).isEmpty();
        assertThat(classes.of(relation("wholes"))).isEmpty();
        assertThat(classes.of(relation("deep"), "id")).containsExactly("pii");
    }

    @Test
    void rulesThatNameNothingAreProblems() {
        // When
        Classes classes =
                ClassRules.of(
                                Map.of(
                                        "public.customers.emial", List.of("pii"),
                                        "public.custmers.email", List.of("pii")))
                        .bind(catalogue);

        // Then
        assertThat(classes.problems())
                .containsExactlyInAnyOrder(
                        "public.customers.emial: the table has no such column",
                        "public.custmers.email: there is no such table");
    }

    @Test
    void namesWithDotsStandInQuotes() {
        // When
        Classes classes =
                ClassRules.of(Map.of("\"public.x\".secrets.id", List.of("secret"))).bind(catalogue);

        // Then
        assertThat(classes.problems()).isEmpty();
        RelationAnswer found = catalogue.relation(new SqlName.Qualified("public.x", "secrets"));
        assertThat(classes.of(((RelationAnswer.Found) found).relation())).containsExactly("secret");
        assertThat(classes.of(relation("secrets"))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"customers.email", "a.b.c.d", "a..c", "", "\"a.b.c", "a.b."})
    void whatIsNoColumnsNameIsRefusedAtOnce(String key) {
        assertThatThrownBy(() -> ClassRules.of(Map.of(key, List.of("pii"))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("is not schema.table.column");
    }
}
