package dev.sallyport.access.scope;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.sallyport.access.Target;
import dev.sallyport.access.act.DbAct;
import dev.sallyport.access.act.DbOperation;
import dev.sallyport.access.act.SshAct;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class DbScopeTest {
    private static final DbScope READER =
            scope(
                    List.of("select"),
                    List.of("public.invoices", "reports.*"),
                    List.of("public.invoice_total"));

    private static DbScope scope(
            List<String> operations, List<String> tables, List<String> functions) {
        return new DbScope(
                Target.parse("db:billing"),
                "reader",
                operations,
                tables,
                functions,
                Map.of("app.customer", "42"),
                false,
                Budget.UNLIMITED);
    }

    private static boolean permits(DbOperation operation, String... tables) {
        return READER.permits(new DbAct.Statement(operation, List.of(tables), List.of(), ""))
                .isInside();
    }

    @Test
    void permitsNamedOperationsOnNamedTables() {
        assertThat(permits(DbOperation.SELECT, "public.invoices")).isTrue();
        assertThat(permits(DbOperation.SELECT, "reports.january", "public.invoices")).isTrue();
        assertThat(permits(DbOperation.SELECT)).isTrue();
    }

    @Test
    void refusesOneForeignTableAmongNamedOnes() {
        assertThat(permits(DbOperation.SELECT, "public.invoices", "public.salaries")).isFalse();
        assertThat(permits(DbOperation.SELECT, "public.invoices2")).isFalse();
        assertThat(permits(DbOperation.SELECT, "reports2.january")).isFalse();
    }

    @Test
    void onlyEverythingCoversWhatHasNoName() {
        var unnamed = new DbAct.Statement(DbOperation.CREATE, List.of("(f)"), List.of(), "");
        List<String> create = List.of("create");

        assertThat(scope(create, List.of("public.*"), List.of()).permits(unnamed).isInside())
                .isFalse();
        assertThat(scope(create, List.of("*.*"), List.of()).permits(unnamed).isInside()).isTrue();
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "SELECT")
    void refusesEveryOperationThatIsNotNamed(DbOperation operation) {
        assertThat(permits(operation, "public.invoices")).isFalse();
    }

    @Test
    void letsDriversReadTheTypeCatalogueAndNothingElseOfTheSystem() {
        assertThat(permits(DbOperation.SELECT, "pg_catalog.pg_type")).isTrue();
        assertThat(permits(DbOperation.SELECT, "pg_catalog.pg_authid")).isFalse();
        assertThat(
                        scope(List.of("update"), List.of(), List.of())
                                .permits(
                                        new DbAct.Statement(
                                                DbOperation.UPDATE,
                                                List.of("pg_catalog.pg_type"),
                                                List.of(),
                                                ""))
                                .isInside())
                .isFalse();
    }

    @Test
    void permitsOnlyNamedFunctionsBeyondTheHarmlessOnes() {
        assertThat(permitsFunctions("public.invoice_total")).isTrue();
        assertThat(permitsFunctions("public.invoice_total", "pg_catalog.pg_read_file")).isFalse();
    }

    private static boolean permitsFunctions(String... names) {
        return READER.permits(new DbAct.Functions(List.of(names), "")).isInside();
    }

    @ParameterizedTest
    @ValueSource(strings = {"TimeZone", "DateStyle", "statement_timeout", "application_name"})
    void letsTheAgentSetWhatOnlyChangesHowValuesLook(String name) {
        assertThat(READER.permits(new DbAct.Setting(name, "")).isInside()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "app.customer",
                "role",
                "session_authorization",
                "search_path",
                "standard_conforming_strings",
                "client_encoding",
                "backslash_quote",
                "row_security",
                "session_preload_libraries",
                "all"
            })
    void refusesWhatDecidesWhatAStatementMeansOrMayDo(String name) {
        assertThat(READER.permits(new DbAct.Setting(name, "")).isInside()).isFalse();
    }

    @Test
    void refusesWhatIsNotUnderstoodAndWhatIsOfAnotherProtocol() {
        assertThat(READER.permits(new DbAct.Unknown("x", "")).isInside()).isFalse();
        assertThat(READER.permits(new SshAct.Exec("ls", List.of("ls"))).isInside()).isFalse();
    }

    @Test
    void isNotMadeWithWordsThatNobodyKnows() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> scope(List.of("read"), List.of(), List.of()));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> scope(List.of(), List.of("invoices"), List.of()));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> scope(List.of(), List.of("*.invoices"), List.of()));
    }
}
