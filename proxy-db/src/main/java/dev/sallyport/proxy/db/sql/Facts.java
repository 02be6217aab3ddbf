package dev.sallyport.proxy.db.sql;

import dev.sallyport.proxy.db.sql.ColumnUse.Place;
import dev.sallyport.proxy.db.sql.Operation.Action;
import dev.sallyport.proxy.db.sql.Operation.Source;
import dev.sallyport.proxy.db.sql.RelationUse.Access;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What the walk over one statement has found so far. */
final class Facts {
    private final List<Level> levels = new ArrayList<>();
    private final List<FunctionUse> functions = new ArrayList<>();
    private final List<QualifiedName> operators = new ArrayList<>();
    private final List<TypeUse> types = new ArrayList<>();
    private final List<SettingUse> settings = new ArrayList<>();
    private final List<String> bodies = new ArrayList<>();
    private final Set<String> visibleNames = new HashSet<>();
    private int parameters;
    private boolean nextIsWithQuery;

    /** An operation that is being put together. */
    static final class Level {
        final int number;
        final int parent;
        Action action;

        /** For relations that a utility statement names: the first of them, and the others. */
        Access first = Access.REFERENCE;

        Access others = Access.REFERENCE;
        boolean returning;

        boolean locking;

        /** Whether what stands around its source may look at the target: RETURNING and the like. */
        boolean showsTarget = true;

        private final boolean isWithQuery;
        private final List<RelationUse> relations = new ArrayList<>(2);
        private final List<Source> sources = new ArrayList<>(0);
        private final List<ColumnUse> columns = new ArrayList<>();
        private boolean reads;

        private Level(int number, int parent, Action action, boolean isWithQuery) {
            this.number = number;
            this.parent = parent;
            this.action = action;
            this.isWithQuery = isWithQuery;
        }

        boolean isEmptyOfRelations() {
            return relations.isEmpty();
        }
    }

    /** Begins an operation within another. */
    Level begin(Action action, int parent) {
        Level level = new Level(levels.size(), parent, action, nextIsWithQuery);
        nextIsWithQuery = false;
        levels.add(level);
        return level;
    }

    /** The number that the operation begun next will have. */
    int next() {
        return levels.size();
    }

    /** The operation begun next is a WITH query: it cannot see what its parent writes. */
    void nextIsWithQuery() {
        nextIsWithQuery = true;
    }

    Level level(int operation) {
        return levels.get(operation);
    }

    void relation(int operation, RelationUse use) {
        levels.get(operation).relations.add(use);
        visibleNames.add(use.visibleName());
    }

    void source(int operation, Source source) {
        levels.get(operation).sources.add(source);
        if (!source.alias().isEmpty()) {
            visibleNames.add(source.alias());
        }
    }

    /** A name by which a column reference can mean a whole row. */
    void rowName(String name) {
        visibleNames.add(name);
    }

    void column(int operation, List<String> path, boolean star, Place place) {
        Level level = levels.get(operation);
        level.columns.add(new ColumnUse(path, star, place, false));
        level.reads |= place == Place.RESULT || place == Place.EXPRESSION || place == Place.JOIN;
    }

    void function(FunctionUse use) {
        functions.add(use);
    }

    /** A function that SQL has syntax for. */
    void syntax(String name) {
        functions.add(
                new FunctionUse(
                        QualifiedName.system(name),
                        FunctionUse.Kind.SYNTAX,
                        0,
                        Map.of(),
                        false,
                        false));
    }

    void operator(QualifiedName name) {
        operators.add(name);
    }

    void type(TypeUse use) {
        types.add(use);
    }

    void setting(SettingUse use) {
        settings.add(use);
    }

    void body(String text) {
        bodies.add(text);
    }

    /** A token that no reader wanted: only a parameter says something by itself. */
    void token(SyntaxTree tree, int part) {
        if (tree.symbol(part) == Terminals.PARAM) {
            String written = tree.written(part);
            parameters = Math.max(parameters, Integer.parseInt(written, 1, written.length(), 10));
        }
    }

    List<FunctionUse> functions() {
        return functions;
    }

    List<QualifiedName> operators() {
        return operators;
    }

    List<TypeUse> types() {
        return types;
    }

    List<SettingUse> settings() {
        return settings;
    }

    List<String> bodies() {
        return bodies;
    }

    int parameters() {
        return parameters;
    }

    /**
     * The operations. Only now is it known whether a data-modifying one looks at columns, its own
     * or in a query within it, and which lone names are also names of FROM items.
     */
    List<Operation> operations() {
        for (int i = levels.size() - 1; i > 0; i--) {
            Level level = levels.get(i);
            boolean isSeen = level.parent >= 0 && !level.isWithQuery;
            if (level.reads && isSeen && levels.get(level.parent).showsTarget) {
                levels.get(level.parent).reads = true;
            }
        }
        List<Operation> operations = new ArrayList<>(levels.size());
        for (Level level : levels) {
            operations.add(
                    new Operation(
                            level.number,
                            level.parent,
                            level.action,
                            relations(level),
                            level.sources,
                            columns(level),
                            level.returning,
                            level.locking));
        }
        return operations;
    }

    private static List<RelationUse> relations(Level level) {
        if (!level.reads) {
            return level.relations;
        }
        List<RelationUse> relations = new ArrayList<>(level.relations.size());
        for (RelationUse use : level.relations) {
            boolean isTarget =
                    use.access().contains(Access.INSERT)
                            || use.access().contains(Access.UPDATE)
                            || use.access().contains(Access.DELETE);
            relations.add(isTarget ? read(use) : use);
        }
        return relations;
    }

    private static RelationUse read(RelationUse use) {
        Set<Access> access = EnumSet.copyOf(use.access());
        access.add(Access.READ);
        return new RelationUse(use.name(), use.alias(), use.columns(), use.only(), access);
    }

    private List<ColumnUse> columns(Level level) {
        List<ColumnUse> columns = new ArrayList<>(level.columns.size());
        for (ColumnUse use : level.columns) {
            boolean mayBeRow =
                    !use.star()
                            && use.path().size() == 1
                            && use.place() != Place.TARGET
                            && visibleNames.contains(use.name());
            columns.add(mayBeRow ? new ColumnUse(use.path(), false, use.place(), true) : use);
        }
        return columns;
    }
}
