package dev.sallyport.proxy.db.sql;

import dev.sallyport.proxy.db.sql.SqlSyntaxException.Reason;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A walk over every part of a statement, in the order of the text and without recursion. What a
 * node means is the business of the {@link Readers}; a node that none of them knows is walked
 * through, so that nothing is passed over because somebody forgot it.
 */
final class Walk {
    private static final int VISIT = 0;
    private static final int BIND = 1;
    private static final int UNBIND = 2;
    private static final int STRIDE = 3;

    private final SyntaxTree tree;
    private final Facts facts;
    private final WithNames names = new WithNames();
    private int[] work = new int[STRIDE * 64];
    private int top;

    Walk(SyntaxTree tree, Facts facts) {
        this.tree = tree;
        this.facts = facts;
    }

    SyntaxTree tree() {
        return tree;
    }

    Facts facts() {
        return facts;
    }

    WithNames names() {
        return names;
    }

    /** Walks from a node until nothing is left. */
    void run(int node, int operation) throws SqlSyntaxException {
        later(node, operation);
        while (top > 0) {
            top -= STRIDE;
            int argument = work[top + 1];
            switch (work[top]) {
                case BIND -> names.bind(argument);
                case UNBIND -> names.unbind(argument);
                default -> visit(argument, work[top + 2]);
            }
        }
    }

    private void visit(int part, int operation) throws SqlSyntaxException {
        if (SyntaxTree.isToken(part)) {
            facts.token(tree, part);
            return;
        }
        Readers.Reader reader = Readers.of(tree.symbol(part));
        if (reader == null) {
            partsLater(part, operation);
        } else {
            reader.read(this, part, operation);
        }
    }

    /** Visits a part after the one that is being read, before what was put off earlier. */
    void later(int part, int operation) {
        push(VISIT, part, operation);
    }

    /** Visits all parts of a node, the first one first. */
    void partsLater(int node, int operation) {
        partsLater(node, 0, operation);
    }

    /** Visits the parts of a node from an index on. */
    void partsLater(int node, int from, int operation) {
        for (int i = tree.size(node) - 1; i >= from; i--) {
            push(VISIT, tree.part(node, i), operation);
        }
    }

    /** Lets the name of a WITH query be visible to what was put off before. */
    void bindLater(int query) {
        push(BIND, query, 0);
    }

    /** Ends the visibility of that name. */
    void unbindLater(int query) {
        push(UNBIND, query, 0);
    }

    private void push(int what, int argument, int operation) {
        if (top == work.length) {
            work = Arrays.copyOf(work, top * 2);
        }
        work[top] = what;
        work[top + 1] = argument;
        work[top + 2] = operation;
        top += STRIDE;
    }

    /**
     * The names of {@code ColId} or {@code ColId indirection}, which may hold nothing but names.
     */
    List<String> dotted(int node) throws SqlSyntaxException {
        List<String> path = new ArrayList<>(3);
        path.add(tree.name(tree.part(node, 0)));
        if (tree.size(node) > 1) {
            for (int element : tree.items(tree.part(node, 1))) {
                boolean isName = tree.size(element) == 2 && !isStar(tree.part(element, 1));
                if (!isName) {
                    throw improperName(element);
                }
                path.add(tree.name(tree.part(element, 1)));
            }
        }
        return path;
    }

    SqlSyntaxException improperName(int part) {
        return new SqlSyntaxException(Reason.NAME, tree.tokens().start(tree.firstToken(part)));
    }

    /** Whether the part is the token {@code *}. */
    boolean isStar(int part) {
        return SyntaxTree.isToken(part) && tree.symbol(part) == Terminals.self('*');
    }
}
