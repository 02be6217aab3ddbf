package dev.sallyport.proxy.db.sql;

/**
 * Writes a statement without what makes it one of many: literals and parameters become {@code ?},
 * several of them in an IN list or an array {@code ?, ...}, several rows of them in VALUES {@code
 * (?, ?), ...}; comments and layout go; words are in lower case and names are quoted only where
 * they must be. Other tokens that differ stay different, so that the text is also the key of the
 * {@link Fingerprint}.
 */
final class Normalizer {
    private static final boolean[] NO_SPACE_BEFORE = marks(",)].;[");
    private static final boolean[] NO_SPACE_AFTER = marks("([.");
    private static final boolean[] SYMBOL = marks(",()[].;:+-*/%^<>=");
    private static final int COMMA = Terminals.self(',');
    private static final int OPEN = Terminals.self('(');
    private static final int CLOSE = Terminals.self(')');

    private final Tokens tokens;
    private final StringBuilder text;
    private final int first;
    private final int last;
    private boolean glued = true;

    private Normalizer(Tokens tokens, int first, int last) {
        this.tokens = tokens;
        this.first = first;
        this.last = last;
        text = new StringBuilder(tokens.end(last) - tokens.start(first) + 8);
    }

    /** Of the tokens from the first to the last, both included. */
    static String normalize(Tokens tokens, int first, int last) {
        Normalizer normalizer = new Normalizer(tokens, first, last);
        int token = first;
        while (token <= last) {
            token = normalizer.write(token);
        }
        return normalizer.text.toString();
    }

    /** Writes a token, or a list of literals, and returns the one after. */
    private int write(int token) {
        if (!isValue(token)) {
            writeWord(token);
            boolean endsRow = tokens.kind(token) == CLOSE;
            return endsRow ? afterRows(token) : token + 1;
        }
        int end = isListed(token) ? listEnd(token) : token;
        space(false);
        text.append(end == token ? "?" : "?, ...");
        glued = false;
        return end + 1;
    }

    private boolean isValue(int token) {
        int kind = tokens.kind(token);
        return kind == Terminals.ICONST
                || kind == Terminals.FCONST
                || kind == Terminals.SCONST
                || kind == Terminals.BCONST
                || kind == Terminals.XCONST
                || kind == Terminals.PARAM;
    }

    /** Whether it begins the list of IN or of an array. */
    private boolean isListed(int token) {
        if (token == first) {
            return false;
        }
        int before = tokens.kind(token - 1);
        boolean in = before == OPEN && token - 1 > first && tokens.kind(token - 2) == Terminals.IN;
        return in || before == Terminals.self('[');
    }

    /** The last literal of a list. */
    private int listEnd(int token) {
        int end = token;
        while (end + 2 <= last && tokens.kind(end + 1) == COMMA && isValue(end + 2)) {
            end += 2;
        }
        return end;
    }

    /** After a row of literals: skips the rows that are like it, when VALUES begins them. */
    private int afterRows(int close) {
        int open = close;
        while (open > first && (isValue(open - 1) || tokens.kind(open - 1) == COMMA)) {
            open--;
        }
        open--;
        boolean isRow =
                open > first
                        && open < close - 1
                        && tokens.kind(open) == OPEN
                        && tokens.kind(open - 1) == Symbol.VALUES.number();
        int length = close - open + 1;
        int token = close + 1;
        while (isRow && token + length <= last && isSameRow(open, token + 1, length)) {
            token += length + 1;
        }
        if (token > close + 1) {
            text.append(", ...");
        }
        return token;
    }

    private boolean isSameRow(int open, int other, int length) {
        if (tokens.kind(other - 1) != COMMA) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            boolean isSame =
                    tokens.kind(open + i) == tokens.kind(other + i)
                            || isValue(open + i) && isValue(other + i);
            if (!isSame) {
                return false;
            }
        }
        return true;
    }

    private void writeWord(int token) {
        int kind = tokens.kind(token);
        boolean cast = kind == Terminals.TYPECAST;
        boolean called = kind == OPEN && token > first && tokens.kind(token - 1) == Terminals.IDENT;
        space(NO_SPACE_BEFORE[kind] || cast || called);
        if (kind == Terminals.IDENT) {
            writeName(tokens.name(token));
        } else if (kind == Terminals.OP) {
            String operator = tokens.written(token);
            text.append(operator.equals("?") ? "operator(?)" : operator);
        } else if (kind == Terminals.NOT_EQUALS) {
            text.append("<>");
        } else {
            text.append(isSymbol(kind) ? tokens.written(token) : tokens.name(token));
        }
        glued = NO_SPACE_AFTER[kind] || cast;
    }

    private void space(boolean without) {
        if (!without && !glued) {
            text.append(' ');
        }
    }

    private static boolean isSymbol(int kind) {
        return SYMBOL[kind] || kind >= Terminals.TYPECAST && kind <= Terminals.NOT_EQUALS;
    }

    private static boolean[] marks(String characters) {
        boolean[] marks = new boolean[GrammarTables.POSTGRESQL_18.tokens];
        for (char c : characters.toCharArray()) {
            marks[Terminals.self(c)] = true;
        }
        return marks;
    }

    private void writeName(String name) {
        if (isPlain(name) && !Keywords.ALL.isKeyword(name)) {
            text.append(name);
        } else {
            text.append('"').append(name.replace("\"", "\"\"")).append('"');
        }
    }

    private static boolean isPlain(String name) {
        if (name.isEmpty() || !Characters.isIdentifierStart(name.charAt(0))) {
            return false;
        }
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if (!Characters.isIdentifierPart(c) || c >= 'A' && c <= 'Z') {
                return false;
            }
        }
        return true;
    }
}
