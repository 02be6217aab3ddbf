package dev.sallyport.proxy.db.catalogue;

/**
 * The questions of {@link RoleCheck}. Each has the role's name as its one parameter and answers
 * with what was found and the SQL that mends it.
 */
final class RoleQueries {
    private RoleQueries() {}

    private static final String ME =
            "WITH me AS (SELECT oid, rolname FROM pg_roles WHERE rolname = ?)\n";

    /** Everybody through whom the role has what an ACL gives. */
    private static final String GRANTEES =
            """
            string_agg(DISTINCT CASE a.grantee WHEN 0 THEN 'PUBLIC'
              ELSE quote_ident(pg_get_userbyid(a.grantee)) END, ', ')
            """;

    private static final String MINE =
            " (a.grantee = 0 OR pg_has_role(me.oid, a.grantee, 'USAGE')) ";

    static final String SUPERUSER =
            ME
                    + """
                    SELECT 'is a superuser', format('ALTER ROLE %I NOSUPERUSER;', r.rolname)
                    FROM me JOIN pg_roles r USING (oid) WHERE r.rolsuper
                    """;

    static final String ATTRIBUTES =
            ME
                    + """
                    SELECT 'has ' || t.word, format('ALTER ROLE %I NO%s;', r.rolname, t.word)
                    FROM me JOIN pg_roles r USING (oid),
                    LATERAL (VALUES ('CREATEROLE', r.rolcreaterole), ('CREATEDB', r.rolcreatedb),
                      ('REPLICATION', r.rolreplication), ('BYPASSRLS', r.rolbypassrls))
                      AS t (word, has)
                    WHERE t.has
                    """;

    /** Membership may lead over several roles; the first step is what can be revoked. */
    static final String MEMBERS =
            ME
                    + """
                    SELECT 'is a member of ' || string_agg(r.rolname, ', ' ORDER BY r.rolname),
                      format('REVOKE %I FROM %I;', first.rolname, me.rolname)
                    FROM me
                    JOIN pg_auth_members m ON m.member = me.oid
                    JOIN pg_roles first ON first.oid = m.roleid
                    JOIN pg_roles r ON pg_has_role(first.oid, r.oid, 'MEMBER')
                    WHERE r.rolsuper OR r.rolcreaterole OR r.rolcreatedb OR r.rolreplication
                      OR r.rolbypassrls
                      OR r.oid < 16384 AND left(r.rolname, 3) = 'pg_'
                        AND r.rolname <> 'pg_database_owner'
                    GROUP BY me.rolname, first.rolname
                    """;

    static final String OWNER =
            ME
                    + """
                    , owned AS (
                      SELECT relowner AS owner, oid::regclass::text AS name FROM pg_class
                        WHERE relkind IN ('r', 'p', 'v', 'm', 'f', 'S') AND relpersistence <> 't'
                      UNION ALL
                      SELECT proowner, 'function ' || oid::regprocedure::text FROM pg_proc
                      UNION ALL
                      SELECT nspowner, 'schema ' || quote_ident(nspname) FROM pg_namespace
                        WHERE nspname !~ '^pg_(toast_)?temp_'
                      UNION ALL
                      SELECT datdba, 'database ' || quote_ident(datname) FROM pg_database)
                    SELECT 'owns ' || count(*) || ' objects, among them ' || min(owned.name)
                        || CASE WHEN owner.oid = me.oid THEN ''
                          ELSE ', through ' || quote_ident(owner.rolname) END,
                      CASE WHEN owner.oid = me.oid
                        THEN format('REASSIGN OWNED BY %I TO %I;', me.rolname,
                          (SELECT pg_get_userbyid(datdba) FROM pg_database
                            WHERE datname = current_database()))
                        ELSE format('REVOKE %I FROM %I;', owner.rolname, me.rolname) END
                    FROM me JOIN pg_roles owner ON pg_has_role(me.oid, owner.oid, 'MEMBER')
                    JOIN owned ON owned.owner = owner.oid
                    GROUP BY me.oid, me.rolname, owner.oid, owner.rolname
                    """;

    static final String CREATE =
            ME
                    + "SELECT 'may create objects in schema ' || n.nspname,"
                    + " format('REVOKE CREATE ON SCHEMA %I FROM %s;', n.nspname, "
                    + GRANTEES
                    + """
                    ) FROM me, pg_namespace n,
                    LATERAL aclexplode(coalesce(n.nspacl, acldefault('n', n.nspowner))) a
                    WHERE a.privilege_type = 'CREATE' AND n.nspname !~ '^pg_(toast_)?temp_' AND
                    """
                    + MINE
                    + "GROUP BY n.nspname";

    private static final String DATABASE =
            """
            ) FROM me, pg_database d,
            LATERAL aclexplode(coalesce(d.datacl, acldefault('d', d.datdba))) a
            WHERE d.datname = current_database() AND a.privilege_type = '%s' AND
            """;

    static final String CREATE_SCHEMA =
            ME
                    + "SELECT 'may create schemas in database ' || d.datname,"
                    + " format('REVOKE CREATE ON DATABASE %I FROM %s;', d.datname, "
                    + GRANTEES
                    + DATABASE.formatted("CREATE")
                    + MINE
                    + "GROUP BY d.datname";

    static final String TEMPORARY =
            ME
                    + "SELECT 'may create temporary tables in database ' || d.datname,"
                    + " format('REVOKE TEMPORARY ON DATABASE %I FROM %s;', d.datname, "
                    + GRANTEES
                    + DATABASE.formatted("TEMPORARY")
                    + MINE
                    + "GROUP BY d.datname";

    private static final String FUNCTIONS =
            """
            FROM me, pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace,
            LATERAL aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a
            WHERE a.privilege_type = 'EXECUTE' AND
            """;

    private static final String REVOKE_EXECUTE =
            " format('REVOKE EXECUTE ON FUNCTION %I.%I(%s) FROM %s;', n.nspname, p.proname,"
                    + " pg_get_function_identity_arguments(p.oid), "
                    + GRANTEES
                    + ") ";

    /** One finding for each way out; some hold of every role that nobody has cared for. */
    static final String DANGEROUS =
            ME
                    + ", callable AS (SELECT n.nspname, p.oid, p.proname,"
                    + REVOKE_EXECUTE
                    + "AS mend "
                    + FUNCTIONS
                    + MINE
                    + """
                    GROUP BY n.nspname, p.proname, p.oid),
                    ways AS (
                      SELECT *, CASE
                        WHEN nspname = 'pg_catalog' AND (
                          proname ~ '^(query|table|cursor|schema|database)_to_xml'
                          OR proname IN ('ts_stat', 'ts_rewrite')
                            AND (SELECT provolatile = 'v' FROM pg_proc f WHERE f.oid = c.oid))
                        THEN 'read tables that a string names'
                        WHEN nspname = 'pg_catalog'
                          AND (proname ~ '^lo_' OR proname IN ('loread', 'lowrite'))
                        THEN 'use large objects'
                        WHEN nspname = 'pg_catalog'
                          AND proname ~ '^(pg_read_|pg_ls_|pg_stat_file$)'
                        THEN 'read files of the server'
                        WHEN nspname = 'pg_catalog' AND proname IN ('pg_reload_conf',
                          'pg_switch_wal', 'pg_rotate_logfile', 'pg_promote',
                          'pg_logical_emit_message', 'pg_export_snapshot')
                        THEN 'act on the server'
                        WHEN proname ~ '^(dblink|crosstab|connectby$|xpath_table$)'
                          AND EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.oid
                            AND d.classid = 'pg_proc'::regclass AND d.deptype = 'e')
                        THEN 'run statements from strings, here or on other servers'
                        END AS way
                      FROM callable c)
                    SELECT 'may ' || way || ': '
                        || string_agg(DISTINCT proname, ', ' ORDER BY proname),
                      string_agg(mend, chr(10) ORDER BY mend)
                    FROM ways WHERE way IS NOT NULL GROUP BY way
                    """;

    static final String DEFINERS =
            ME
                    + "SELECT 'may call ' || n.nspname || '.' || p.proname || ', which runs as '"
                    + " || pg_get_userbyid(p.proowner),"
                    + REVOKE_EXECUTE
                    + FUNCTIONS
                    + MINE
                    + """
                    AND p.prosecdef AND p.oid >= 16384
                    AND EXISTS (SELECT FROM pg_roles r WHERE r.oid = p.proowner AND r.rolsuper)
                    GROUP BY n.nspname, p.proname, p.oid, p.proowner
                    """;

    static final String SERVERS =
            ME
                    + "SELECT 'may use the foreign server ' || s.srvname,"
                    + " format('REVOKE USAGE ON FOREIGN SERVER %I FROM %s;', s.srvname, "
                    + GRANTEES
                    + """
                    ) FROM me, pg_foreign_server s,
                    LATERAL aclexplode(coalesce(s.srvacl, acldefault('S', s.srvowner))) a
                    WHERE a.privilege_type = 'USAGE' AND
                    """
                    + MINE
                    + "GROUP BY s.srvname";
}
