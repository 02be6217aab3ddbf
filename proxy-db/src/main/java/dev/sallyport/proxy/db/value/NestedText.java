package dev.sallyport.proxy.db.value;

import java.util.regex.Pattern;

/** Arrays, ranges and rows: values within values, each quoted as PostgreSQL does. */
final class NestedText {
    /** A numeric of eight bytes can be 150,000 characters; thousands of them are no record. */
    private static final int MAX_LENGTH = 4 * ParameterText.MAX_BYTES;

    private static final int NULL = -1;

    /** PostgreSQL's {@code MAXDIM}. */
    private static final int MAX_DIMENSIONS = 6;

    private static final Pattern ARRAY_QUOTED = Pattern.compile("[\"\\\\{},\\s\\x0B]");
    private static final Pattern RANGE_QUOTED = Pattern.compile("[\"\\\\()\\[\\],\\s\\x0B]");
    private static final Pattern ROW_QUOTED = Pattern.compile("[\"\\\\(),\\s\\x0B]");

    // Bits of a range's first byte: src/include/utils/rangetypes.h
    private static final int EMPTY = 0x01;
    private static final int LOWER_INCLUSIVE = 0x02;
    private static final int UPPER_INCLUSIVE = 0x04;
    private static final int LOWER_INFINITE = 0x08;
    private static final int UPPER_INFINITE = 0x10;

    private final BinaryText elements;
    private final int depth;

    NestedText(BinaryText elements, int depth) {
        this.elements = elements;
        this.depth = depth;
    }

    String array(long element, Bytes bytes) throws UndecodableException {
        int dimensions = bytes.int4();
        int flags = bytes.int4();
        Bytes.require(dimensions >= 0 && dimensions <= MAX_DIMENSIONS);
        Bytes.require((flags & ~1) == 0 && bytes.unsigned4() == element);
        int[] sizes = new int[dimensions];
        StringBuilder text = new StringBuilder();
        StringBuilder bounds = new StringBuilder();
        boolean unusual = false;
        for (int i = 0; i < dimensions; i++) {
            sizes[i] = bytes.int4();
            int lower = bytes.int4();
            // Each element has four bytes of length at least.
            Bytes.require(sizes[i] > 0 && sizes[i] <= bytes.left());
            bounds.append("[%d:%d]".formatted(lower, (long) lower + sizes[i] - 1));
            unusual |= lower != 1;
        }
        if (unusual) {
            text.append(bounds).append('=');
        }
        if (dimensions == 0) {
            text.append("{}");
        } else {
            level(text, element, sizes, 0, bytes);
        }
        bytes.end();
        return text.toString();
    }

    private void level(StringBuilder text, long element, int[] sizes, int at, Bytes bytes)
            throws UndecodableException {
        text.append('{');
        for (int i = 0; i < sizes[at]; i++) {
            if (i > 0) {
                text.append(',');
            }
            if (at + 1 < sizes.length) {
                level(text, element, sizes, at + 1, bytes);
            } else {
                text.append(arrayElement(element, bytes));
            }
            requireShort(text);
        }
        text.append('}');
    }

    private String arrayElement(long element, Bytes bytes) throws UndecodableException {
        int length = bytes.int4();
        if (length == NULL) {
            return "NULL";
        }
        String text = elements.text(element, bytes.take(length), depth);
        boolean quoted =
                text.isEmpty()
                        || text.equalsIgnoreCase("NULL")
                        || ARRAY_QUOTED.matcher(text).find();
        return quoted ? '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"' : text;
    }

    String range(long subtype, Bytes bytes) throws UndecodableException {
        int flags = bytes.int1();
        StringBuilder text = new StringBuilder();
        if ((flags & EMPTY) != 0) {
            text.append("empty");
        } else {
            text.append((flags & LOWER_INCLUSIVE) == 0 ? '(' : '[');
            if ((flags & LOWER_INFINITE) == 0) {
                text.append(bound(subtype, bytes));
            }
            text.append(',');
            if ((flags & UPPER_INFINITE) == 0) {
                text.append(bound(subtype, bytes));
            }
            text.append((flags & UPPER_INCLUSIVE) == 0 ? ')' : ']');
        }
        bytes.end();
        return text.toString();
    }

    private String bound(long subtype, Bytes bytes) throws UndecodableException {
        return doubled(elements.text(subtype, bytes.take(bytes.int4()), depth), RANGE_QUOTED);
    }

    /** Ranges and rows double what arrays escape. */
    private static String doubled(String text, Pattern quoted) {
        return text.isEmpty() || quoted.matcher(text).find()
                ? '"' + text.replace("\\", "\\\\").replace("\"", "\"\"") + '"'
                : text;
    }

    String multirange(long subtype, Bytes bytes) throws UndecodableException {
        int count = bytes.int4();
        Bytes.require(count >= 0 && count <= bytes.left());
        StringBuilder text = new StringBuilder("{");
        for (int i = 0; i < count; i++) {
            text.append(i == 0 ? "" : ",");
            text.append(range(subtype, new Bytes(bytes.take(bytes.int4()))));
            requireShort(text);
        }
        bytes.end();
        return text.append('}').toString();
    }

    /** A row brings the types of its columns with it. */
    String row(Bytes bytes) throws UndecodableException {
        int count = bytes.int4();
        Bytes.require(count >= 0 && count <= bytes.left());
        StringBuilder text = new StringBuilder("(");
        for (int i = 0; i < count; i++) {
            text.append(i == 0 ? "" : ",");
            long type = bytes.unsigned4();
            int length = bytes.int4();
            if (length != NULL) {
                text.append(doubled(elements.text(type, bytes.take(length), depth), ROW_QUOTED));
            }
            requireShort(text);
        }
        bytes.end();
        return text.append(')').toString();
    }

    private static void requireShort(StringBuilder text) throws UndecodableException {
        Bytes.require(text.length() <= MAX_LENGTH);
    }
}
