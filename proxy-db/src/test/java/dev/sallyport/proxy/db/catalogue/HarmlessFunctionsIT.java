package dev.sallyport.proxy.db.catalogue;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The list of harmless functions, held against every function of a real server. */
class HarmlessFunctionsIT {
    private static final HarmlessFunctions HARMLESS = HarmlessFunctions.shipped();

    /** What a statement must never do unnamed, by the ways that are known to do it. */
    private static final Set<String> DANGEROUS =
            Set.of(
                    ("query_to_xml query_to_xmlschema query_to_xml_and_xmlschema table_to_xml"
                         + " table_to_xmlschema table_to_xml_and_xmlschema cursor_to_xml"
                         + " cursor_to_xmlschema schema_to_xml schema_to_xmlschema"
                         + " schema_to_xml_and_xmlschema database_to_xml database_to_xmlschema"
                         + " database_to_xml_and_xmlschema ts_stat ts_rewrite pg_read_file"
                         + " pg_read_binary_file pg_ls_dir pg_ls_logdir pg_ls_waldir pg_ls_tmpdir"
                         + " pg_stat_file lo_import lo_export lo_get lo_put lo_from_bytea lo_create"
                         + " lo_creat lo_open lo_unlink lo_truncate loread lowrite pg_sleep"
                         + " pg_sleep_for pg_sleep_until pg_terminate_backend pg_cancel_backend"
                         + " pg_advisory_lock pg_advisory_xact_lock pg_try_advisory_lock"
                         + " pg_advisory_unlock_all nextval setval currval lastval pg_notify"
                         + " set_config setseed pg_logical_slot_get_changes"
                         + " pg_logical_slot_peek_changes pg_logical_emit_message"
                         + " pg_create_logical_replication_slot pg_create_physical_replication_slot"
                         + " pg_drop_replication_slot pg_switch_wal pg_import_system_collations"
                         + " pg_reload_conf pg_rotate_logfile pg_promote pg_export_snapshot"
                         + " pg_stat_get_activity pg_stat_reset pg_show_all_settings"
                         + " pg_hba_file_rules pg_get_viewdef pg_get_functiondef pg_get_ruledef"
                         + " pg_get_expr pg_describe_object pg_identify_object"
                         + " pg_get_object_address pg_input_is_valid pg_input_error_info"
                         + " pg_table_is_visible pg_relation_size pg_total_relation_size"
                         + " pg_database_size pg_get_userbyid pg_get_serial_sequence"
                         + " pg_relation_filepath pg_config has_table_privilege"
                         + " has_column_privilege has_schema_privilege has_any_column_privilege"
                         + " has_sequence_privilege pg_has_role row_security_active to_regclass"
                         + " to_regrole to_regnamespace regclass obj_description col_description"
                         + " shobj_description makeaclitem acldefault aclexplode txid_current"
                         + " pg_current_xact_id pg_lock_status pg_cursor pg_prepared_statement"
                         + " inet_server_addr inet_client_addr regclassin record_in array_in"
                         + " domain_in currtid2 binary_upgrade_set_next_pg_type_oid"
                         + " satisfies_hash_partition suppress_redundant_updates_trigger"
                         + " fmgr_c_validator plpgsql_validator brin_summarize_new_values")
                            .split(" "));

    /** Types that only the server itself passes. */
    private static final Set<String> INTERNAL_TYPES =
            Set.of("internal", "cstring", "_cstring", "trigger", "event_trigger");

    @Test
    void theListHoldsOnPostgres18() throws Exception {
        try (PostgresServer server = PostgresServer.newest()) {
            // When
            Catalogue catalogue = server.catalogue(SearchPath.standard());

            // Then
            assertTheListHolds(catalogue);
            assertThat(names(catalogue))
                    .as("names that no server has")
                    .containsAll(HARMLESS.steadyNames())
                    .containsAll(HARMLESS.volatileNames());
        }
    }

    @Test
    @Tag("full")
    void theListHoldsOnPostgres15() throws Exception {
        try (PostgresServer server = PostgresServer.oldest()) {
            // When
            Catalogue catalogue = server.catalogue(SearchPath.standard());

            // Then
            assertThat(catalogue.serverVersion()).isBetween(150_000, 159_999);
            assertTheListHolds(catalogue);
        }
    }

    @Test
    void nothingDangerousIsOnTheList() {
        assertThat(HARMLESS.steadyNames()).doesNotContainAnyElementsOf(DANGEROUS);
        assertThat(HARMLESS.volatileNames()).doesNotContainAnyElementsOf(DANGEROUS);
        assertThat(HARMLESS.steadyNames()).doesNotContainAnyElementsOf(HARMLESS.volatileNames());
    }

    private static Set<String> names(Catalogue catalogue) {
        return builtIn(catalogue).stream()
                .map(function -> function.name().name())
                .collect(Collectors.toSet());
    }

    private static List<Function> builtIn(Catalogue catalogue) {
        return catalogue.functions().stream().filter(Function::cameWithPostgres).toList();
    }

    private static void assertTheListHolds(Catalogue catalogue) {
        List<Function> all = builtIn(catalogue);
        List<Function> allowed = all.stream().filter(HARMLESS::isHarmless).toList();
        Set<String> listed = new HashSet<>(HARMLESS.steadyNames());
        listed.addAll(HARMLESS.volatileNames());
        // A listed name stands for each of its overloads: none may be held back by what it is.
        assertThat(all.stream().filter(function -> listed.contains(function.name().name())))
                .hasSameSizeAs(allowed)
                .allSatisfy(function -> assertComputes(catalogue, function));
        assertOperatorsAndConversions(catalogue);
        System.out.printf(
                "PostgreSQL %d: %d of %d functions of pg_catalog are harmless, %d of %d names%n",
                catalogue.serverVersion(),
                allowed.size(),
                all.size(),
                names(catalogue).stream().filter(listed::contains).count(),
                names(catalogue).size());
    }

    private static void assertComputes(Catalogue catalogue, Function function) {
        assertThat(function.isSecurityDefiner()).as(function.toString()).isFalse();
        assertThat(function.kind()).isNotEqualTo(Function.Kind.PROCEDURE);
        assertThat(function.language()).isIn("internal", "c", "sql");
        if (!HARMLESS.volatileNames().contains(function.name().name())) {
            assertThat(function.volatility())
                    .as(function.toString())
                    .isNotEqualTo(Function.Volatility.VOLATILE);
        }
        assertThat(function.arguments())
                .as(function.toString())
                .noneMatch(oid ->
                        catalogue
                                .type(oid)
                                .map(type -> INTERNAL_TYPES.contains(type.name().name()))
                                .orElse(true));
    }

    /** What every statement uses without a name: nothing of PostgreSQL's own may stand out. */
    private static void assertOperatorsAndConversions(Catalogue catalogue) {
        Set<String> operators = new TreeSet<>();
        catalogue
                .operators()
                .forEach(operator -> {
                    SqlName name = new SqlName.Qualified("pg_catalog", operator.name().name());
                    Candidates found = catalogue.operators(name, operator.operands());
                    if (!HARMLESS.beyondOperators(found).isEmpty()) {
                        operators.add(operator.name().name());
                    }
                });
        assertThat(operators).as("operators that are not harmless").isEmpty();
        Set<String> telling = new TreeSet<>();
        catalogue
                .types()
                .forEach(type -> {
                    SqlName name = new SqlName.Qualified("pg_catalog", type.name().name());
                    if (type.name().isBuiltIn()
                            && !isRow(catalogue, type)
                            && !HARMLESS.beyond(catalogue.conversion(name)).isEmpty()) {
                        telling.add(type.name().name());
                    }
                });
        assertThat(telling)
                .isSubsetOf(
                        "regclass",
                        "_regclass",
                        "regrole",
                        "_regrole",
                        "regnamespace",
                        "_regnamespace",
                        "regdatabase",
                        "_regdatabase",
                        "aclitem",
                        "_aclitem")
                .contains("regclass", "_regclass", "aclitem");
    }

    /** Rows of the system catalogues hold ACLs, and so do arrays of them. */
    private static boolean isRow(Catalogue catalogue, TypeInfo type) {
        return type.kind() == TypeInfo.Kind.COMPOSITE
                || catalogue
                        .type(type.inner())
                        .map(inner -> inner.kind() == TypeInfo.Kind.COMPOSITE)
                        .orElse(false);
    }
}
