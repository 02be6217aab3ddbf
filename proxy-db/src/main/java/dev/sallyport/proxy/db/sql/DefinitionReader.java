package dev.sallyport.proxy.db.sql;

import dev.sallyport.proxy.db.sql.ColumnUse.Place;
import dev.sallyport.proxy.db.sql.Operation.Action;
import dev.sallyport.proxy.db.sql.RelationUse.Access;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** Reads utility statements: which relations they name, and what they do to them. */
final class DefinitionReader {
    private DefinitionReader() {}

    /** What a statement does to the first relation that it names, and to the others. */
    private record Accesses(Access first, Access others) {}

    private static final Map<Symbol, Accesses> ACCESSES = accesses();

    private static Map<Symbol, Accesses> accesses() {
        Map<Symbol, Accesses> accesses = new EnumMap<>(Symbol.class);
        accesses.put(Symbol.ALTER_TABLE_STMT, new Accesses(Access.ALTER, Access.ALTER));
        accesses.put(Symbol.RENAME_STMT, new Accesses(Access.ALTER, Access.ALTER));
        accesses.put(Symbol.ALTER_OBJECT_SCHEMA_STMT, new Accesses(Access.ALTER, Access.ALTER));
        accesses.put(Symbol.ALTER_OBJECT_DEPENDS_STMT, new Accesses(Access.ALTER, Access.ALTER));
        accesses.put(Symbol.ALTER_SEQ_STMT, new Accesses(Access.ALTER, Access.REFERENCE));
        accesses.put(Symbol.INDEX_STMT, new Accesses(Access.ALTER, Access.REFERENCE));
        accesses.put(Symbol.CREATE_TRIG_STMT, new Accesses(Access.ALTER, Access.REFERENCE));
        accesses.put(Symbol.RULE_STMT, new Accesses(Access.ALTER, Access.REFERENCE));
        accesses.put(Symbol.CREATE_POLICY_STMT, new Accesses(Access.ALTER, Access.REFERENCE));
        accesses.put(Symbol.ALTER_POLICY_STMT, new Accesses(Access.ALTER, Access.REFERENCE));
        for (Symbol created :
                List.of(
                        Symbol.CREATE_STMT,
                        Symbol.CREATE_FOREIGN_TABLE_STMT,
                        Symbol.CREATE_SEQ_STMT,
                        Symbol.CREATE_AS_STMT,
                        Symbol.CREATE_MAT_VIEW_STMT,
                        Symbol.EXECUTE_STMT)) {
            accesses.put(created, new Accesses(Access.CREATE, Access.REFERENCE));
        }
        accesses.put(Symbol.IMPORT_FOREIGN_SCHEMA_STMT, new Accesses(Access.CREATE, Access.CREATE));
        accesses.put(Symbol.TRUNCATE_STMT, new Accesses(Access.TRUNCATE, Access.TRUNCATE));
        accesses.put(Symbol.LOCK_STMT, new Accesses(Access.LOCK, Access.LOCK));
        for (Symbol maintained :
                List.of(
                        Symbol.VACUUM_STMT,
                        Symbol.ANALYZE_STMT,
                        Symbol.CLUSTER_STMT,
                        Symbol.REINDEX_STMT,
                        Symbol.REFRESH_MAT_VIEW_STMT)) {
            accesses.put(maintained, new Accesses(Access.MAINTAIN, Access.MAINTAIN));
        }
        accesses.put(Symbol.GRANT_STMT, new Accesses(Access.GRANT, Access.GRANT));
        accesses.put(Symbol.REVOKE_STMT, new Accesses(Access.GRANT, Access.GRANT));
        return accesses;
    }

    static void register(Map<Symbol, Readers.Reader> readers) {
        ACCESSES.forEach((symbol, accesses) ->
                readers.put(
                        symbol,
                        (walk, node, operation) -> {
                            Facts.Level level =
                                    begin(walk, operation, accesses.first(), accesses.others());
                            walk.partsLater(node, level.number);
                        }));
        readers.put(Symbol.VIEW_STMT, DefinitionReader::view);
        readers.put(Symbol.CONSTRAINTS_SET_STMT, DefinitionReader::constraints);
        for (Symbol named :
                List.of(
                        Symbol.DROP_STMT,
                        Symbol.COMMENT_STMT,
                        Symbol.SEC_LABEL_STMT,
                        Symbol.ALTER_EXTENSION_CONTENTS_STMT)) {
            readers.put(named, DefinitionReader::named);
        }
        readers.put(Symbol.PUBLICATION_OBJ_SPEC, DefinitionReader::published);
        readers.put(Symbol.FUNC_AS, DefinitionReader::body);
        readers.put(Symbol.DOSTMT_OPT_ITEM, DefinitionReader::body);
    }

    /** Whether the reader of such a statement begins an operation of its own. */
    static boolean isNamed(Symbol kind) {
        return ACCESSES.containsKey(kind);
    }

    private static Facts.Level begin(Walk walk, int operation, Access first, Access others) {
        Facts.Level level = walk.facts().begin(Action.UTILITY, operation);
        level.first = first;
        level.others = others;
        return level;
    }

    /** A recursive view is a WITH RECURSIVE query of its own name. */
    private static void view(Walk walk, int node, int operation) {
        SyntaxTree tree = walk.tree();
        Facts.Level level = begin(walk, operation, Access.CREATE, Access.REFERENCE);
        if (!tree.has(node, Symbol.RECURSIVE)) {
            walk.partsLater(node, level.number);
            return;
        }
        int name = tree.find(node, Symbol.QUALIFIED_NAME);
        String last = tree.tokens().name(tree.lastToken(name));
        int query = walk.names().add(last, node);
        walk.names().operation(node, walk.facts().next());
        walk.unbindLater(query);
        walk.partsLater(node, level.number);
        walk.bindLater(query);
    }

    /** Names constraints only, though the grammar calls them as it does relations. */
    private static void constraints(Walk walk, int node, int operation) {
        begin(walk, operation, Access.ALTER, Access.ALTER);
    }

    /** DROP, COMMENT and others that say what kind of thing the names are. */
    private static void named(Walk walk, int node, int operation) {
        SyntaxTree tree = walk.tree();
        boolean drops = tree.kind(node) == Symbol.DROP_STMT;
        Access access = drops ? Access.DROP : Access.ALTER;
        Facts.Level level = begin(walk, operation, access, access);
        int type = tree.find(node, Symbol.OBJECT_TYPE_ANY_NAME);
        boolean ofRelations =
                type != SyntaxTree.NONE && isRelation(tree, type)
                        || tree.has(node, Symbol.INDEX)
                        || tree.has(node, Symbol.OBJECT_TYPE_NAME_ON_ANY_NAME)
                        || tree.has(node, Symbol.CONSTRAINT) && !tree.has(node, Symbol.DOMAIN);
        boolean ofColumn = tree.has(node, Symbol.COLUMN);
        for (int i = 0; i < tree.size(node); i++) {
            int part = tree.part(node, i);
            if (tree.kind(part) == Symbol.ANY_NAME && ofColumn) {
                column(walk, part, level.number);
            } else if (tree.kind(part) == Symbol.ANY_NAME && ofRelations) {
                relation(walk, anyName(tree, part), access, level.number);
            } else if (tree.kind(part) == Symbol.ANY_NAME_LIST && ofRelations) {
                for (int name : tree.items(part)) {
                    relation(walk, anyName(tree, name), access, level.number);
                }
            }
        }
        walk.partsLater(node, level.number);
    }

    private static boolean isRelation(SyntaxTree tree, int type) {
        return switch (tree.kind(tree.part(type, 0))) {
            case TABLE, SEQUENCE, VIEW, MATERIALIZED, INDEX, FOREIGN -> true;
            default -> false;
        };
    }

    private static List<String> anyName(SyntaxTree tree, int node) {
        List<String> path = new ArrayList<>(3);
        path.add(tree.name(tree.part(node, 0)));
        if (tree.size(node) > 1) {
            for (int name : tree.items(tree.part(node, 1))) {
                path.add(tree.name(name));
            }
        }
        return path;
    }

    private static void relation(Walk walk, List<String> path, Access access, int operation) {
        walk.facts().relation(operation, new RelationUse(RelationName.of(path), false, access));
    }

    private static void column(Walk walk, int name, int operation) {
        List<String> path = anyName(walk.tree(), name);
        if (path.size() > 1) {
            relation(walk, path.subList(0, path.size() - 1), Access.ALTER, operation);
        }
        walk.facts().column(operation, path, false, Place.KEY);
    }

    /** A table in a publication; a lone name that goes on a list of schemas is taken for one. */
    private static void published(Walk walk, int node, int operation) throws SqlSyntaxException {
        SyntaxTree tree = walk.tree();
        if (tree.kind(tree.part(node, 0)) != Symbol.COL_ID) {
            walk.partsLater(node, operation);
            return;
        }
        boolean dotted = tree.has(node, Symbol.INDIRECTION);
        List<String> path = dotted ? walk.dotted(node) : List.of(tree.name(tree.part(node, 0)));
        if (!RelationName.isPossible(path)) {
            throw walk.improperName(node);
        }
        relation(walk, path, Access.REFERENCE, operation);
        walk.partsLater(node, dotted ? 2 : 1, operation);
    }

    /** The source of a function or of a DO block. */
    private static void body(Walk walk, int node, int operation) {
        SyntaxTree tree = walk.tree();
        for (int i = 0; i < tree.size(node); i++) {
            int part = tree.part(node, i);
            if (tree.kind(part) == Symbol.SCONST_NODE) {
                walk.facts().body(tree.content(part));
            }
        }
    }
}
