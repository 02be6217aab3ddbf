package dev.sallyport.proxy.db.catalogue;

import java.nio.charset.StandardCharsets;

/** Writes names into SQL text. */
final class Identifiers {
    /** PostgreSQL's {@code NAMEDATALEN - 1}. */
    static final int MAX_BYTES = 63;

    private Identifiers() {}

    /** {@code name} in double quotes, with quotes inside doubled. */
    static String quoted(String name) {
        if (name.isEmpty() || name.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("not an identifier");
        }
        return '"' + name.replace("\"", "\"\"") + '"';
    }

    /** True when PostgreSQL would not cut {@code name}. */
    static boolean fits(String name) {
        return name.getBytes(StandardCharsets.UTF_8).length <= MAX_BYTES;
    }
}
