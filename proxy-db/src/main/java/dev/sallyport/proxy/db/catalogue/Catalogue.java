package dev.sallyport.proxy.db.catalogue;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * One database as it was at one moment. Immutable; any thread may ask.
 *
 * <p>Names are resolved as PostgreSQL does with the same {@link SearchPath}. A parent of inherited
 * or partitioned tables is one relation under its own name, and so is each of its children when a
 * statement names it itself. Temporary relations and those that hold overlong values (TOAST) are
 * not here: they are unknown.
 */
public final class Catalogue {
    private final CatalogueRows rows;
    private final SearchPath path;
    private final Instant readAt;
    private final Map<Long, Relation> relations = new HashMap<>();
    private final Map<QualifiedName, Relation> relationNames = new HashMap<>();
    private final Map<Long, Function> functions = new HashMap<>();
    private final Map<QualifiedName, List<Function>> functionNames = new HashMap<>();
    private final Map<QualifiedName, List<CatalogueRows.Operator>> operators = new HashMap<>();
    private final Map<Long, List<Function>> castsTo = new HashMap<>();
    private final TypeTable types;
    private final Lineage lineage;

    Catalogue(CatalogueRows rows, SearchPath path, Instant readAt) {
        this.rows = rows;
        this.path = path;
        this.readAt = readAt;
        for (Relation relation : rows.relations()) {
            relations.put(relation.oid(), relation);
            relationNames.put(relation.name(), relation);
        }
        for (Function function : rows.functions()) {
            functions.put(function.oid(), function);
            functionNames.computeIfAbsent(function.name(), key -> new ArrayList<>()).add(function);
        }
        for (CatalogueRows.Operator operator : rows.operators()) {
            operators.computeIfAbsent(operator.name(), key -> new ArrayList<>()).add(operator);
        }
        for (CatalogueRows.Cast cast : rows.casts()) {
            Function function = functions.get(cast.function());
            if (function != null) {
                castsTo.computeIfAbsent(cast.target(), key -> new ArrayList<>()).add(function);
            }
        }
        types = new TypeTable(rows.types(), rows.composites(), relations);
        lineage = new Lineage(rows);
    }

    /** {@code server_version_num}, for example 180006. */
    public int serverVersion() {
        return rows.version();
    }

    /** The name of the database, for {@link SqlName#of}. */
    public String database() {
        return rows.database();
    }

    public SearchPath searchPath() {
        return path;
    }

    /** When reading began: what was committed later is not here. */
    public Instant readAt() {
        return readAt;
    }

    /** What a statement means by {@code name} where a relation stands. */
    public RelationAnswer relation(SqlName name) {
        List<Relation> found = inPath(name, relationNames);
        if (found.isEmpty()) {
            return new RelationAnswer.Unknown();
        }
        // Nothing can come before pg_catalog, so there its answer is the only one.
        if (found.size() == 1 || found.getFirst().name().isBuiltIn()) {
            return new RelationAnswer.Found(found.getFirst());
        }
        return new RelationAnswer.Ambiguous(found.stream().map(Relation::name).toList());
    }

    /** The relation of an OID, as RowDescription has it. */
    public Optional<Relation> relation(long oid) {
        return Optional.ofNullable(relations.get(oid));
    }

    /**
     * What {@code name(…)} with that many arguments could call. With one argument it may also be a
     * conversion, for {@code regclass('x')} is {@code 'x'::regclass}.
     */
    public Candidates functions(SqlName name, int arguments) {
        Candidates calls = calls(name, function -> function.couldTake(arguments));
        return arguments == 1 ? calls.and(conversion(name)) : calls;
    }

    /** What {@code CALL} or {@code FunctionCall} could mean by an OID. */
    public Optional<Function> function(long oid) {
        return Optional.ofNullable(functions.get(oid));
    }

    /**
     * What {@code row.name} could call: PostgreSQL takes it for {@code name(row)} when the row has
     * no such column. {@code c.to_jsonb} is a whole row of {@code c} in one value.
     */
    public Candidates rowFunctions(String name) {
        return calls(
                new SqlName.Bare(name),
                function ->
                        function.couldTake(1)
                                && !function.arguments().isEmpty()
                                && types.takesRows(function.arguments().getFirst()));
    }

    private Candidates calls(SqlName name, Predicate<Function> fits) {
        Set<Function> fitting =
                inPath(name, functionNames).stream()
                        .flatMap(List::stream)
                        .filter(fits)
                        .collect(Collectors.toCollection(LinkedHashSet::new));
        return fitting.isEmpty() ? Candidates.UNKNOWN : new Candidates(true, fitting, Set.of());
    }

    /**
     * What an operator could run.
     *
     * @param operands 1 for a prefix operator, otherwise 2
     */
    public Candidates operators(SqlName name, int operands) {
        List<CatalogueRows.Operator> found =
                inPath(name, operators).stream()
                        .flatMap(List::stream)
                        .filter(operator -> operator.operands() == operands)
                        .toList();
        Set<Function> called =
                found.stream()
                        .map(operator -> functions.get(operator.function()))
                        .filter(Objects::nonNull)
                        .collect(Collectors.toCollection(LinkedHashSet::new));
        return new Candidates(!found.isEmpty(), called, Set.of());
    }

    /** What a conversion to the type of that name could run or tell, wherever it stands. */
    public Candidates conversion(SqlName type) {
        Candidates all = Candidates.UNKNOWN;
        for (TypeInfo found : types(type)) {
            all = all.and(conversion(found));
        }
        return all;
    }

    private Candidates conversion(TypeInfo type) {
        Set<Function> called = new LinkedHashSet<>();
        Set<QualifiedName> revealing = new LinkedHashSet<>();
        for (TypeInfo part : types.partsOf(type)) {
            called.addAll(castsTo.getOrDefault(part.oid(), List.of()));
            if (TypeTable.isRevealing(part)) {
                revealing.add(part.name());
            }
        }
        return new Candidates(true, called, revealing);
    }

    /** The types that a name could mean, in the order of the search path. */
    public List<TypeInfo> types(SqlName name) {
        return names(name).stream().map(types::type).flatMap(Optional::stream).toList();
    }

    public Optional<TypeInfo> type(long oid) {
        return types.type(oid);
    }

    /** The relations that a view reads in the end; empty for anything that is no view. */
    public Set<Relation> bases(Relation view) {
        return known(lineage.bases(view.oid()));
    }

    /** All tables that hold rows of {@code parent}, without itself. */
    public Set<Relation> descendants(Relation parent) {
        return known(lineage.descendants(parent.oid()));
    }

    /** All tables whose rows include those of {@code child}, without itself. */
    public Set<Relation> ancestors(Relation child) {
        return known(lineage.ancestors(child.oid()));
    }

    Lineage lineage() {
        return lineage;
    }

    List<Relation> relations() {
        return rows.relations();
    }

    List<Function> functions() {
        return rows.functions();
    }

    List<CatalogueRows.Operator> operators() {
        return rows.operators();
    }

    List<TypeInfo> types() {
        return rows.types();
    }

    private Set<Relation> known(Set<Long> oids) {
        return oids.stream()
                .map(relations::get)
                .filter(Objects::nonNull)
                .collect(Collectors.toCollection(LinkedHashSet::new));
    }

    private <T> List<T> inPath(SqlName name, Map<QualifiedName, T> objects) {
        return names(name).stream().map(objects::get).filter(Objects::nonNull).toList();
    }

    private List<QualifiedName> names(SqlName name) {
        return switch (name) {
            case SqlName.Qualified qualified ->
                    List.of(new QualifiedName(qualified.schema(), qualified.name()));
            case SqlName.Bare bare ->
                    path.schemas().stream()
                            .map(schema -> new QualifiedName(schema, bare.name()))
                            .toList();
        };
    }
}
