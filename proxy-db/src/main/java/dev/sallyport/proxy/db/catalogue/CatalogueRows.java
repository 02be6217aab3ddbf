package dev.sallyport.proxy.db.catalogue;

import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What was read from the server, before it is indexed. All of it from one snapshot.
 *
 * @param version {@code server_version_num}, for example 180006
 * @param composites columns of composite types that are no relations, by OID of their class
 * @param wholeRowViews views that use a whole row somewhere, so that their uses of columns do not
 *     tell everything
 */
record CatalogueRows(
        int version,
        String database,
        List<Relation> relations,
        Map<Long, List<Relation.Column>> composites,
        List<Function> functions,
        List<Operator> operators,
        List<TypeInfo> types,
        List<Cast> casts,
        List<Heir> heirs,
        List<ViewUse> viewUses,
        Set<Long> wholeRowViews) {
    CatalogueRows {
        relations = List.copyOf(relations);
        composites = Map.copyOf(composites);
        functions = List.copyOf(functions);
        operators = List.copyOf(operators);
        types = List.copyOf(types);
        casts = List.copyOf(casts);
        heirs = List.copyOf(heirs);
        viewUses = List.copyOf(viewUses);
        wholeRowViews = Set.copyOf(wholeRowViews);
    }

    /**
     * An operator and the function behind it.
     *
     * @param operands 1 for a prefix operator, 2 otherwise
     * @param function OID, or 0 for a mere shell
     */
    record Operator(QualifiedName name, int operands, long function) {}

    /** A cast that calls a function. */
    record Cast(long target, long function) {}

    /** A table or partition under another. */
    record Heir(long child, long parent) {}

    /**
     * A column that a view's query uses.
     *
     * @param column {@code attnum}, or 0 when only the relation as a whole is known
     */
    record ViewUse(long view, long relation, int column) {}
}
