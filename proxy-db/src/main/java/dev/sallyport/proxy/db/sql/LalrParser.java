package dev.sallyport.proxy.db.sql;

import dev.sallyport.proxy.db.sql.SqlSyntaxException.Reason;
import java.util.Arrays;
import java.util.List;

/**
 * Bison's automaton: shifts and reduces over the tables until the sentence is accepted. Its stack
 * is an array as deep as that of PostgreSQL's own parser may grow, so that no text overflows the
 * thread's.
 */
final class LalrParser {
    /** YYMAXDEPTH less the cell that bison keeps free. */
    private static final int DEEPEST = 9_998;

    private static final int FIRST_SIZE = 200;

    private static final GrammarTables GRAMMAR = GrammarTables.POSTGRESQL_18;

    /** Expressions, of which one kind is mostly just another; no reader asks for them as parts. */
    private static final boolean[] PASSED = new boolean[GRAMMAR.names.size()];

    static {
        for (String name : List.of("a_expr", "b_expr", "c_expr")) {
            PASSED[GRAMMAR.symbol(name)] = true;
        }
    }

    private final Tokens tokens;
    private final SyntaxTree tree;
    private int[] states = new int[FIRST_SIZE];
    private int[] parts = new int[FIRST_SIZE];
    private int top;
    private int next;

    private LalrParser(Tokens tokens) {
        this.tokens = tokens;
        tree = new SyntaxTree(tokens);
    }

    /** The tree of a whole text: its root is {@code parse_toplevel}. */
    static SyntaxTree parse(Tokens tokens) throws SqlSyntaxException {
        LalrParser parser = new LalrParser(tokens);
        while (parser.states[parser.top] != GRAMMAR.finalState) {
            parser.step();
        }
        return parser.tree;
    }

    private void step() throws SqlSyntaxException {
        int state = states[top];
        int index = GRAMMAR.pact[state];
        if (index != GRAMMAR.pactError) {
            int token = tokens.kind(next);
            index += token;
            if (index >= 0 && index < GRAMMAR.table.length && GRAMMAR.check[index] == token) {
                int action = GRAMMAR.table[index];
                if (action > 0) {
                    push(action, SyntaxTree.ofToken(next));
                    next++;
                } else if (action == 0 || action == GRAMMAR.tableError) {
                    throw syntaxError();
                } else {
                    reduce(-action);
                }
                return;
            }
        }
        int rule = GRAMMAR.defact[state];
        if (rule == 0) {
            throw syntaxError();
        }
        reduce(rule);
    }

    private void reduce(int rule) throws SqlSyntaxException {
        int left = GRAMMAR.left[rule];
        int length = GRAMMAR.length[rule];
        // A node that would only stand above another is left out: half of all nodes.
        boolean passed = length == 1 && parts[top] >= 0 && PASSED[left];
        int node = passed ? parts[top] : tree.add(left, parts, top, length, next);
        top -= length;
        int nonterminal = left - GRAMMAR.tokens;
        int index = GRAMMAR.pgoto[nonterminal] + states[top];
        boolean listed =
                index >= 0 && index < GRAMMAR.table.length && GRAMMAR.check[index] == states[top];
        push(listed ? GRAMMAR.table[index] : GRAMMAR.defgoto[nonterminal], node);
    }

    private void push(int state, int part) throws SqlSyntaxException {
        if (top == DEEPEST) {
            throw new SqlSyntaxException(Reason.TOO_DEEP, tokens.start(next));
        }
        top++;
        if (top == states.length) {
            states = Arrays.copyOf(states, top * 2);
            parts = Arrays.copyOf(parts, top * 2);
        }
        states[top] = state;
        parts[top] = part;
    }

    private SqlSyntaxException syntaxError() {
        return new SqlSyntaxException(Reason.SYNTAX, tokens.start(next));
    }
}
