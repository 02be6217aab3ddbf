package dev.sallyport.proxy.db.catalogue;

/**
 * The questions to the system catalogues. Written for a session whose search path is {@code
 * pg_catalog} alone, and without characters that the driver takes for JDBC escapes.
 */
final class CatalogueQueries {
    private CatalogueQueries() {}

    static final String SERVER =
            """
            SELECT current_setting('server_version_num')::int4, current_database()::text
            """;

    /** TOAST, indexes and everything temporary are left out: they stay unknown. */
    static final String RELATIONS =
            """
            SELECT c.oid::int8, n.nspname::text, c.relname::text, c.relkind::text
            FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S', 'c') AND c.relpersistence <> 't'
            """;

    static final String COLUMNS =
            """
            SELECT a.attrelid::int8, a.attnum::int4, a.attname::text, a.atttypid::int8
            FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
            WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S', 'c') AND c.relpersistence <> 't'
              AND a.attnum > 0 AND NOT a.attisdropped
            ORDER BY a.attrelid, a.attnum
            """;

    static final String FUNCTIONS =
            """
            SELECT p.oid::int8, n.nspname::text, p.proname::text, p.prokind::text,
              p.proargtypes::text, p.pronargdefaults::int4, p.provariadic <> 0,
              p.provolatile::text, p.prosecdef, l.lanname::text, coalesce(e.extname::text, '')
            FROM pg_proc p
            JOIN pg_namespace n ON n.oid = p.pronamespace
            JOIN pg_language l ON l.oid = p.prolang
            LEFT JOIN pg_depend d ON d.classid = 'pg_proc'::regclass AND d.objid = p.oid
              AND d.deptype = 'e' AND d.refclassid = 'pg_extension'::regclass
            LEFT JOIN pg_extension e ON e.oid = d.refobjid
            """;

    static final String OPERATORS =
            """
            SELECT n.nspname::text, o.oprname::text,
              CASE o.oprkind WHEN 'l' THEN 1 ELSE 2 END, o.oprcode::oid::int8
            FROM pg_operator o JOIN pg_namespace n ON n.oid = o.oprnamespace
            """;

    /** An array is told by what its subscripts mean, not by its name. */
    static final String TYPES =
            """
            SELECT t.oid::int8, n.nspname::text, t.typname::text,
              CASE WHEN t.typtype = 'b' AND t.typelem <> 0
                  AND t.typsubscript = 'array_subscript_handler'::regproc
                THEN 'a' ELSE t.typtype::text END,
              (CASE t.typtype WHEN 'd' THEN t.typbasetype WHEN 'r' THEN r.rngsubtype
                WHEN 'm' THEN m.rngtypid ELSE t.typelem END)::int8,
              t.typrelid::int8
            FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace
            LEFT JOIN pg_range r ON r.rngtypid = t.oid
            LEFT JOIN pg_range m ON m.rngmultitypid = t.oid
            """;

    static final String CASTS =
            """
            SELECT c.casttarget::int8, c.castfunc::int8 FROM pg_cast c WHERE c.castfunc <> 0
            """;

    static final String HEIRS =
            """
            SELECT i.inhrelid::int8, i.inhparent::int8
            FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
            WHERE c.relkind IN ('r', 'p', 'f') AND c.relpersistence <> 't'
            """;

    static final String VIEW_USES =
            """
            SELECT DISTINCT w.ev_class::int8, d.refobjid::int8, d.refobjsubid::int4
            FROM pg_rewrite w
            JOIN pg_class c ON c.oid = w.ev_class
            JOIN pg_depend d ON d.classid = 'pg_rewrite'::regclass AND d.objid = w.oid
              AND d.refclassid = 'pg_class'::regclass AND d.refobjid <> w.ev_class
            WHERE c.relkind IN ('v', 'm') AND w.ev_type = '1'
            """;

    /**
     * Dependencies do not tell a use of the whole row from one of the columns beside it; the stored
     * query does. The views of PostgreSQL itself have no dependencies and are left out.
     */
    static final String WHOLE_ROW_VIEWS =
            """
            SELECT w.ev_class::int8
            FROM pg_rewrite w JOIN pg_class c ON c.oid = w.ev_class
            WHERE c.relkind IN ('v', 'm') AND w.ev_type = '1' AND w.oid >= 16384
              AND strpos(w.ev_action::text, ':varattno 0 ') > 0
            """;
}
