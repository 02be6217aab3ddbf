package dev.sallyport.proxy.db.wire;

import java.util.ArrayList;
import java.util.List;

/** How a value is written: as text or in the type's binary form. */
public enum Format {
    TEXT,
    BINARY;

    static Format read(MessageReader reader) {
        return of(reader, reader.int16("a format code"));
    }

    static Format of(MessageReader reader, int code) {
        return switch (code) {
            case 0 -> TEXT;
            case 1 -> BINARY;
            default -> throw reader.violation("has a format code other than 0 and 1");
        };
    }

    /** {@code Int16} count, then as many {@code Int16} codes. */
    static List<Format> readList(MessageReader reader) {
        int count = reader.count("the number of format codes", Short.BYTES);
        List<Format> formats = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            formats.add(read(reader));
        }
        return List.copyOf(formats);
    }

    /**
     * What the codes of a Bind or FunctionCall say about one value: no code means text for all, one
     * code stands for all.
     */
    public static Format of(List<Format> codes, int index) {
        return switch (codes.size()) {
            case 0 -> TEXT;
            case 1 -> codes.getFirst();
            default -> codes.get(index);
        };
    }
}
