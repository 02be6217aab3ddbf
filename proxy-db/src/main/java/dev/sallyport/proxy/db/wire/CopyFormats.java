package dev.sallyport.proxy.db.wire;

import java.util.List;

/**
 * How the data of a COPY is written.
 *
 * @param overall of the stream as a whole
 * @param columns of its columns; all text where {@code overall} is
 */
public record CopyFormats(Format overall, List<Format> columns) {
    public CopyFormats {
        columns = List.copyOf(columns);
    }

    /** {@code Int8} overall format, {@code Int16} count, then {@code Int16} for each column. */
    static CopyFormats read(MessageReader body) {
        Format overall = Format.of(body, body.int8("the overall format"));
        List<Format> columns = Format.readList(body);
        if (overall == Format.TEXT && columns.contains(Format.BINARY)) {
            throw body.violation("has a binary column in a textual stream");
        }
        return new CopyFormats(overall, columns);
    }
}
