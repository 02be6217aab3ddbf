package dev.sallyport.proxy.db.sql;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * PostgreSQL's keywords, found by the characters of a text without making a string. Only A to Z are
 * folded, as {@code ScanKeywordLookup} does: the Kelvin sign is no K.
 */
final class Keywords {
    /** Of the grammar in use. */
    static final Keywords ALL = new Keywords(GrammarTables.POSTGRESQL_18);

    private static final int SLOTS = 4096;

    private final GrammarTables.@Nullable Keyword[] slots = new GrammarTables.Keyword[SLOTS];
    private final @Nullable String[] words;
    private final int longest;

    private Keywords(GrammarTables grammar) {
        List<GrammarTables.Keyword> keywords = grammar.keywords;
        words = new String[grammar.tokens];
        int length = 0;
        for (GrammarTables.Keyword keyword : keywords) {
            String word = keyword.word();
            int slot = slot(hash(word.toCharArray(), 0, word.length()));
            while (slots[slot] != null) {
                slot = (slot + 1) % SLOTS;
            }
            slots[slot] = keyword;
            words[keyword.token()] = word;
            length = Math.max(length, word.length());
        }
        longest = length;
    }

    /** The keyword written there, in any case. */
    GrammarTables.@Nullable Keyword find(char[] text, int start, int end) {
        if (end - start > longest) {
            return null;
        }
        int slot = slot(hash(text, start, end));
        GrammarTables.Keyword keyword = slots[slot];
        while (keyword != null) {
            if (matches(keyword.word(), text, start, end)) {
                return keyword;
            }
            slot = (slot + 1) % SLOTS;
            keyword = slots[slot];
        }
        return null;
    }

    /** The word of a token, in lower case; null when the token is not a keyword. */
    @Nullable String word(int token) {
        return words[token];
    }

    /** Whether a name must be quoted to be taken for a name everywhere. */
    boolean isKeyword(String name) {
        return find(name.toCharArray(), 0, name.length()) != null;
    }

    private static boolean matches(String word, char[] text, int start, int end) {
        if (word.length() != end - start) {
            return false;
        }
        for (int i = start; i < end; i++) {
            if (Characters.lower(text[i]) != word.charAt(i - start)) {
                return false;
            }
        }
        return true;
    }

    private static int hash(char[] text, int start, int end) {
        int hash = 0;
        for (int i = start; i < end; i++) {
            hash = 31 * hash + Characters.lower(text[i]);
        }
        return hash;
    }

    private static int slot(int hash) {
        return (hash ^ hash >>> 12) & (SLOTS - 1);
    }

    @Override
    public String toString() {
        return "Keywords" + Arrays.stream(words).filter(word -> word != null).toList();
    }
}
