package dev.sallyport.proxy.db.sql;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.InflaterInputStream;

/**
 * Bison's LALR(1) tables for PostgreSQL's {@code gram.y}, and its keyword list, as packed by {@code
 * grammar/pack.py}. Arrays have bison's meaning and, less their {@code yy}, bison's names. A symbol
 * is a number: tokens come first, nonterminals after.
 *
 * <p>Immutable after loading: nobody writes into the arrays.
 */
final class GrammarTables {
    private static final byte[] MAGIC = "PGGRAM01".getBytes(StandardCharsets.US_ASCII);
    private static final int MOST_ENTRIES = 1 << 20;

    /** The one grammar that this version of Sallyport judges by. */
    static final GrammarTables POSTGRESQL_18 = load("postgresql-18.grammar");

    final int finalState;
    final int tokens;
    final int pactError;
    final int tableError;
    final int[] pact;
    final short[] defact;
    final short[] pgoto;
    final short[] defgoto;
    final short[] table;
    final short[] check;
    final short[] left;
    final short[] length;
    final List<String> names;
    final List<Keyword> keywords;

    private final Map<String, Integer> symbols = new HashMap<>();

    /** A word of the keyword list. */
    record Keyword(String word, int token, Category category) {}

    /** Where a keyword may stand as a name. */
    enum Category {
        UNRESERVED,
        COLUMN_NAME,
        TYPE_OR_FUNCTION_NAME,
        RESERVED
    }

    private GrammarTables(DataInputStream in) throws IOException {
        if (!Arrays.equals(in.readNBytes(MAGIC.length), MAGIC)) {
            throw new IOException("not a packed grammar");
        }
        finalState = in.readInt();
        tokens = in.readInt();
        int nonterminals = in.readInt();
        int rules = in.readInt();
        int states = in.readInt();
        pactError = in.readInt();
        tableError = in.readInt();
        names = readNames(in);
        pact = new int[count(in)];
        for (int i = 0; i < pact.length; i++) {
            pact[i] = in.readInt();
        }
        defact = shorts(in);
        pgoto = shorts(in);
        defgoto = shorts(in);
        table = shorts(in);
        check = shorts(in);
        left = shorts(in);
        length = shorts(in);
        keywords = readKeywords(in);
        if (names.size() != tokens + nonterminals
                || pact.length != states
                || left.length != rules + 1
                || in.read() != -1) {
            throw new IOException("packed grammar is inconsistent");
        }
        for (int i = 0; i < names.size(); i++) {
            symbols.put(names.get(i), i);
        }
    }

    static GrammarTables load(String resource) {
        try (InputStream packed = GrammarTables.class.getResourceAsStream(resource)) {
            if (packed == null) {
                throw new IllegalStateException("no resource " + resource);
            }
            return new GrammarTables(
                    new DataInputStream(new BufferedInputStream(new InflaterInputStream(packed))));
        } catch (IOException e) {
            throw new UncheckedIOException(resource, e);
        }
    }

    /** The symbol of that name in {@code gram.y}; characters are written {@code '('}. */
    int symbol(String name) {
        Integer symbol = symbols.get(name);
        if (symbol == null) {
            throw new IllegalArgumentException("the grammar has no symbol " + name);
        }
        return symbol;
    }

    private static int count(DataInputStream in) throws IOException {
        int count = in.readInt();
        if (count < 0 || count > MOST_ENTRIES) {
            throw new IOException("packed grammar has an impossible length");
        }
        return count;
    }

    private static short[] shorts(DataInputStream in) throws IOException {
        short[] values = new short[count(in)];
        for (int i = 0; i < values.length; i++) {
            values[i] = in.readShort();
        }
        return values;
    }

    private static List<String> readNames(DataInputStream in) throws IOException {
        int count = count(in);
        List<String> names = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            names.add(in.readUTF());
        }
        return List.copyOf(names);
    }

    private static List<Keyword> readKeywords(DataInputStream in) throws IOException {
        int count = count(in);
        List<Keyword> keywords = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            String word = in.readUTF();
            int token = in.readShort();
            keywords.add(new Keyword(word, token, category(in.readByte())));
            in.readByte(); // whether it may be a bare label: the grammar knows
        }
        return List.copyOf(keywords);
    }

    private static Category category(byte letter) throws IOException {
        return switch ((char) letter) {
            case 'U' -> Category.UNRESERVED;
            case 'C' -> Category.COLUMN_NAME;
            case 'T' -> Category.TYPE_OR_FUNCTION_NAME;
            case 'R' -> Category.RESERVED;
            default -> throw new IOException("packed grammar has an unknown keyword category");
        };
    }
}
