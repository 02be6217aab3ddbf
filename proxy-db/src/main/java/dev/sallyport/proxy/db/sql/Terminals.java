package dev.sallyport.proxy.db.sql;

/**
 * The tokens that the lexer makes and the readers of the tree ask for, by {@code gram.y}'s names.
 */
final class Terminals {
    static final int END = 0;
    static final int IDENT = token("IDENT");
    static final int UIDENT = token("UIDENT");
    static final int FCONST = token("FCONST");
    static final int SCONST = token("SCONST");
    static final int USCONST = token("USCONST");
    static final int BCONST = token("BCONST");
    static final int XCONST = token("XCONST");
    static final int OP = token("Op");
    static final int ICONST = token("ICONST");
    static final int PARAM = token("PARAM");
    static final int TYPECAST = token("TYPECAST");
    static final int DOT_DOT = token("DOT_DOT");
    static final int COLON_EQUALS = token("COLON_EQUALS");
    static final int EQUALS_GREATER = token("EQUALS_GREATER");
    static final int LESS_EQUALS = token("LESS_EQUALS");
    static final int GREATER_EQUALS = token("GREATER_EQUALS");
    static final int NOT_EQUALS = token("NOT_EQUALS");

    static final int NCHAR = token("NCHAR");
    static final int UESCAPE = token("UESCAPE");
    static final int FORMAT = token("FORMAT");
    static final int FORMAT_LA = token("FORMAT_LA");
    static final int NOT = token("NOT");
    static final int NOT_LA = token("NOT_LA");
    static final int NULLS = token("NULLS_P");
    static final int NULLS_LA = token("NULLS_LA");
    static final int WITH = token("WITH");
    static final int WITH_LA = token("WITH_LA");
    static final int WITHOUT = token("WITHOUT");
    static final int WITHOUT_LA = token("WITHOUT_LA");
    static final int JSON = token("JSON");
    static final int BETWEEN = token("BETWEEN");
    static final int IN = token("IN_P");
    static final int LIKE = token("LIKE");
    static final int ILIKE = token("ILIKE");
    static final int SIMILAR = token("SIMILAR");
    static final int FIRST = token("FIRST_P");
    static final int LAST = token("LAST_P");
    static final int TIME = token("TIME");
    static final int ORDINALITY = token("ORDINALITY");

    /** Tokens of one ASCII character, by that character; 0 where the grammar has none. */
    private static final int[] SELF = new int[128];

    static {
        for (char c = 1; c < SELF.length; c++) {
            if (Characters.isSelf(c)) {
                SELF[c] = token("'" + c + "'");
            }
        }
    }

    private Terminals() {}

    static int token(String name) {
        return GrammarTables.POSTGRESQL_18.symbol(name);
    }

    /** The token of a character for which {@link Characters#isSelf} holds. */
    static int self(char c) {
        return SELF[c];
    }
}
