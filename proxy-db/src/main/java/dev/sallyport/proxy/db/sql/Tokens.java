package dev.sallyport.proxy.db.sql;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The tokens of a text, after the look-ahead filter, ended by one token of kind 0. What a token
 * says is worked out when somebody asks, unless an escape made it necessary before.
 *
 * <p>Written by one lexer, then only read.
 */
final class Tokens {
    private final String sql;
    private int[] kinds;
    private int[] starts;
    private int[] ends;
    private @Nullable String[] values;
    private int count;

    Tokens(String sql) {
        this.sql = sql;
        int guess = sql.length() / 4 + 8;
        kinds = new int[guess];
        starts = new int[guess];
        ends = new int[guess];
        values = new String[guess];
    }

    void add(int kind, int start, int end, @Nullable String value) {
        if (count == kinds.length) {
            int longer = count * 2;
            kinds = Arrays.copyOf(kinds, longer);
            starts = Arrays.copyOf(starts, longer);
            ends = Arrays.copyOf(ends, longer);
            values = Arrays.copyOf(values, longer);
        }
        kinds[count] = kind;
        starts[count] = start;
        ends[count] = end;
        values[count] = value;
        count++;
    }

    /** Makes another token of the last one. */
    void replaceLast(int kind, int end, String value) {
        kinds[count - 1] = kind;
        ends[count - 1] = end;
        values[count - 1] = value;
    }

    void dropLast() {
        count--;
    }

    void relabel(int token, int kind) {
        kinds[token] = kind;
    }

    int count() {
        return count;
    }

    int kind(int token) {
        return kinds[token];
    }

    /** Index of its first {@code char}. */
    int start(int token) {
        return starts[token];
    }

    /** Index after its last {@code char}. */
    int end(int token) {
        return ends[token];
    }

    String sql() {
        return sql;
    }

    /** As written. */
    String written(int token) {
        return sql.substring(starts[token], ends[token]);
    }

    /** The name that an identifier or keyword stands for: folded, unquoted, cut to 63 bytes. */
    String name(int token) {
        String value = values[token];
        if (value != null) {
            return value;
        }
        String word = Keywords.ALL.word(kinds[token]);
        if (word != null) {
            return word;
        }
        int start = starts[token];
        if (sql.charAt(start) == '"') {
            return Characters.truncate(sql.substring(start + 1, ends[token] - 1));
        }
        return Characters.truncate(Characters.lower(written(token)));
    }

    /** The content of a string, bit string or hexadecimal string; otherwise as written. */
    String content(int token) {
        String value = values[token];
        if (value != null) {
            return value;
        }
        int start = starts[token];
        int end = ends[token];
        int kind = kinds[token];
        if (kind != Terminals.SCONST) {
            return written(token);
        }
        if (sql.charAt(start) == '$') {
            int tag = sql.indexOf('$', start + 1) + 1 - start;
            return sql.substring(start + tag, end - tag);
        }
        return sql.substring(start + 1, end - 1);
    }
}
