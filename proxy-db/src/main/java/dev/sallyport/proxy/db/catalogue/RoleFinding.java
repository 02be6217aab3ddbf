package dev.sallyport.proxy.db.catalogue;

/**
 * One right that an upstream role should not have.
 *
 * @param what for a human, for example {@code may create objects in schema public}
 * @param mend SQL that takes it away, to be run by whoever may
 */
public record RoleFinding(Kind kind, String what, String mend) {
    /** What sort of right it is, the gravest first. */
    public enum Kind {
        /** There is no such role; nothing else could be looked at. */
        MISSING,
        SUPERUSER,
        /** {@code CREATEROLE}, {@code CREATEDB}, {@code REPLICATION} or {@code BYPASSRLS}. */
        ATTRIBUTE,
        /** Member of a role with one of these, or of one that comes with PostgreSQL. */
        MEMBER,
        /** Owns objects, so that no grant or revoke binds it. */
        OWNER,
        /** May create objects in a schema or schemas in the database. */
        CREATE,
        /** May make temporary tables, which hide others. */
        TEMPORARY,
        /** May call functions that read tables, files or other servers named in a string. */
        FUNCTION,
        /** May call functions that run with a superuser's rights. */
        DEFINER,
        /** May use a foreign server: a way out of the database. */
        SERVER
    }
}
