package dev.sallyport.proxy.db.sql;

import java.util.Arrays;

/**
 * A concrete syntax tree in arrays. A <em>part</em> is a number: a node (0 and above), a token
 * (below 0), or {@link #NONE}. Nodes are numbered from the leaves up; their parts stand in the
 * order of the text.
 *
 * <p>Trees are as deep as lists are long, for the grammar's lists recurse to the left. Nobody may
 * walk one by recursion.
 */
final class SyntaxTree {
    /** No part: what is asked for is not there. */
    static final int NONE = Integer.MIN_VALUE;

    private static final int FIRST_SIZE = 256;

    private final Tokens tokens;
    private short[] symbols = new short[FIRST_SIZE];
    private int[] firstParts = new int[FIRST_SIZE + 1];
    private int[] firstTokens = new int[FIRST_SIZE];
    private int[] lastTokens = new int[FIRST_SIZE];
    private int[] parts = new int[FIRST_SIZE * 2];
    private int nodes;

    SyntaxTree(Tokens tokens) {
        this.tokens = tokens;
    }

    /** The part that stands for a token. */
    static int ofToken(int token) {
        return ~token;
    }

    /**
     * Adds a node whose parts are the last {@code length} of the stack.
     *
     * @param next the token that follows, where an empty node is said to stand
     */
    int add(int symbol, int[] stack, int top, int length, int next) {
        int node = nodes++;
        if (node == symbols.length) {
            grow();
        }
        int from = firstParts[node];
        if (from + length > parts.length) {
            parts = Arrays.copyOf(parts, Math.max(parts.length * 2, from + length));
        }
        System.arraycopy(stack, top - length + 1, parts, from, length);
        symbols[node] = (short) symbol;
        firstParts[node + 1] = from + length;
        firstTokens[node] = length == 0 ? next : firstToken(parts[from]);
        lastTokens[node] = length == 0 ? next - 1 : lastToken(parts[from + length - 1]);
        return node;
    }

    private void grow() {
        int size = symbols.length * 2;
        symbols = Arrays.copyOf(symbols, size);
        firstParts = Arrays.copyOf(firstParts, size + 1);
        firstTokens = Arrays.copyOf(firstTokens, size);
        lastTokens = Arrays.copyOf(lastTokens, size);
    }

    Tokens tokens() {
        return tokens;
    }

    /** The node that was added last: the root, when parsing has ended. */
    int root() {
        return nodes - 1;
    }

    static boolean isToken(int part) {
        return part < 0;
    }

    /** What a part is, when anything in this package cares for it. */
    Symbol kind(int part) {
        return Symbol.of(part < 0 ? tokens.kind(~part) : symbols[part]);
    }

    /** The grammar's number of the symbol. */
    int symbol(int part) {
        return part < 0 ? tokens.kind(~part) : symbols[part];
    }

    /** How many parts a node has. */
    int size(int part) {
        return part < 0 ? 0 : firstParts[part + 1] - firstParts[part];
    }

    int part(int node, int index) {
        return parts[firstParts[node] + index];
    }

    /** The first part of that kind, or {@link #NONE}. */
    int find(int node, Symbol kind) {
        for (int i = 0; i < size(node); i++) {
            int part = part(node, i);
            if (kind(part) == kind) {
                return part;
            }
        }
        return NONE;
    }

    boolean has(int node, Symbol kind) {
        return find(node, kind) != NONE;
    }

    /** Whether it is derived from nothing. */
    boolean isEmpty(int part) {
        return firstToken(part) > lastToken(part);
    }

    int firstToken(int part) {
        return part < 0 ? ~part : firstTokens[part];
    }

    int lastToken(int part) {
        return part < 0 ? ~part : lastTokens[part];
    }

    /** Goes down while a node has just one part; ends at a token or a node of several parts. */
    int bottom(int part) {
        int at = part;
        while (at >= 0 && size(at) == 1) {
            at = part(at, 0);
        }
        return at;
    }

    /**
     * The items of a list that recurses to the left, in their order: the last part of each step.
     * Separators are left out, and so is the empty beginning of a list that may be empty.
     */
    int[] items(int list) {
        int symbol = symbol(list);
        int count = 0;
        int[] items = new int[4];
        int at = list;
        while (at >= 0 && symbols[at] == symbol && size(at) > 0) {
            if (count == items.length) {
                items = Arrays.copyOf(items, count * 2);
            }
            items[count++] = part(at, size(at) - 1);
            int before = part(at, 0);
            at = size(at) > 1 ? before : NONE;
        }
        int[] ordered = new int[count];
        for (int i = 0; i < count; i++) {
            ordered[i] = items[count - 1 - i];
        }
        return ordered;
    }

    /** The name that a part of one token spells. */
    String name(int part) {
        return tokens.name(firstToken(part));
    }

    /** The content of the string that begins a part. */
    String content(int part) {
        return tokens.content(firstToken(part));
    }

    /** As written, with comments and all. */
    String written(int part) {
        if (isEmpty(part)) {
            return "";
        }
        return tokens.sql().substring(tokens.start(firstToken(part)), tokens.end(lastToken(part)));
    }
}
