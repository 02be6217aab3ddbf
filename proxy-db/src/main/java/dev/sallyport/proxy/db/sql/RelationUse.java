package dev.sallyport.proxy.db.sql;

import java.util.List;
import java.util.Set;

/**
 * A relation that a statement names, and what for. Common table expressions are not relations and
 * are left out where they hide one.
 *
 * @param alias empty when none was given
 * @param columns the names that an alias with a list gives to its first columns, in their order;
 *     empty when they keep their own
 * @param only whether {@code ONLY} keeps its children out
 * @param access never empty; a target of UPDATE, DELETE or MERGE is also read as far as its columns
 *     may be looked at
 */
public record RelationUse(
        RelationName name, String alias, List<String> columns, boolean only, Set<Access> access) {
    /** What is done to a relation. */
    public enum Access {
        /** Its rows are looked at. */
        READ,
        /** Rows are added, by INSERT, MERGE or COPY. */
        INSERT,
        /** Rows are changed, by UPDATE, MERGE or ON CONFLICT. */
        UPDATE,
        /** Rows are removed, by DELETE or MERGE. */
        DELETE,
        /** TRUNCATE. */
        TRUNCATE,
        /** LOCK TABLE. */
        LOCK,
        /** It is created, by CREATE or SELECT INTO. */
        CREATE,
        /** Its definition, comment or label is changed, or something is hung on it. */
        ALTER,
        /** It is dropped. */
        DROP,
        /** VACUUM, ANALYZE, CLUSTER, REINDEX, REFRESH. */
        MAINTAIN,
        /** Rights on it are granted or revoked. */
        GRANT,
        /** A definition refers to it: a foreign key, a parent, a publication. */
        REFERENCE
    }

    public RelationUse {
        if (access.isEmpty()) {
            throw new IllegalArgumentException("a relation is used for something");
        }
        columns = List.copyOf(columns);
        access = Set.copyOf(access);
    }

    /** Without an alias. */
    RelationUse(RelationName name, boolean only, Access access) {
        this(name, "", List.of(), only, Set.of(access));
    }

    /** What a column reference may call it by. */
    public String visibleName() {
        return alias.isEmpty() ? name.name() : alias;
    }
}
