package dev.sallyport.proxy.db.catalogue;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Types, what they are made of, and what a conversion to them can run. */
final class TypeTable {
    /**
     * Types whose input looks a name up, and whose output writes the name of an OID: an oracle for
     * tables, roles and schemas that the grant does not name. Those of functions, operators, types
     * and text search are left out: they hold no data, and drivers need them to know types.
     */
    private static final Set<String> REVEALING =
            Set.of("regclass", "regrole", "regnamespace", "regdatabase", "aclitem");

    /** Pseudo-types that a whole row fits. */
    private static final Set<String> TAKES_ROWS =
            Set.of(
                    "record",
                    "any",
                    "anyelement",
                    "anynonarray",
                    "anycompatible",
                    "anycompatiblenonarray");

    private final Map<Long, TypeInfo> byOid = new HashMap<>();
    private final Map<QualifiedName, TypeInfo> byName = new HashMap<>();
    private final Map<Long, List<Relation.Column>> composites;
    private final Map<Long, Relation> relations;

    TypeTable(
            List<TypeInfo> types,
            Map<Long, List<Relation.Column>> composites,
            Map<Long, Relation> relations) {
        this.composites = composites;
        this.relations = relations;
        for (TypeInfo type : types) {
            byOid.put(type.oid(), type);
            byName.put(type.name(), type);
        }
    }

    Optional<TypeInfo> type(long oid) {
        return Optional.ofNullable(byOid.get(oid));
    }

    Optional<TypeInfo> type(QualifiedName name) {
        return Optional.ofNullable(byName.get(name));
    }

    boolean takesRows(long oid) {
        return type(oid)
                .map(type ->
                        type.kind() == TypeInfo.Kind.COMPOSITE
                                || type.kind() == TypeInfo.Kind.PSEUDO
                                        && TAKES_ROWS.contains(type.name().name()))
                .orElse(true);
    }

    static boolean isRevealing(TypeInfo type) {
        return type.name().isBuiltIn() && REVEALING.contains(type.name().name());
    }

    /** The type and all that its values are made of. A value is converted part by part. */
    Set<TypeInfo> partsOf(TypeInfo whole) {
        Set<TypeInfo> parts = new LinkedHashSet<>();
        Set<Long> seen = new HashSet<>();
        Deque<Long> open = new ArrayDeque<>(List.of(whole.oid()));
        while (!open.isEmpty()) {
            long oid = open.pop();
            TypeInfo type = byOid.get(oid);
            if (type == null || !seen.add(oid)) {
                continue;
            }
            parts.add(type);
            open.push(type.inner());
            columns(type.relation()).forEach(column -> open.push(column.type()));
        }
        return parts;
    }

    private List<Relation.Column> columns(long relation) {
        Relation table = relations.get(relation);
        return table == null ? composites.getOrDefault(relation, List.of()) : table.columns();
    }
}
