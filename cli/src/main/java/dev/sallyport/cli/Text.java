package dev.sallyport.cli;

import java.io.PrintWriter;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;

/**
 * Printing what somebody else wrote. Controls are shown as {@code \\u001b} and never sent to the
 * terminal, so that recorded data cannot act on whoever reads it.
 */
public final class Text {
    private static final String GAP = "  ";

    private Text() {}

    /** {@code text} with every control and bidirectional override escaped; line ends stay. */
    public static String safe(String text) {
        var safe = new StringBuilder(text.length());
        text.codePoints()
                .forEach(point -> {
                    if (point != '\n' && isUnsafe(point)) {
                        safe.append("\\u%04x".formatted(point));
                    } else {
                        safe.appendCodePoint(point);
                    }
                });
        return safe.toString();
    }

    /** Like {@link #safe}, on one line. */
    public static String line(String text) {
        return safe(text).replace("\n", "\\n");
    }

    /** {@code at} as people read it: RFC 3339 to the second. */
    public static String second(Instant at) {
        return at.truncatedTo(ChronoUnit.SECONDS).toString();
    }

    private static boolean isUnsafe(int point) {
        int type = Character.getType(point);
        return type == Character.CONTROL
                || type == Character.FORMAT
                || type == Character.SURROGATE
                || type == Character.LINE_SEPARATOR
                || type == Character.PARAGRAPH_SEPARATOR;
    }

    /** Prints rows under their headings, in columns as wide as their widest cell. */
    public static void table(PrintWriter out, List<String> headings, List<List<String>> rows) {
        int[] widths = headings.stream().mapToInt(String::length).toArray();
        for (List<String> row : rows) {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], line(row.get(i)).length());
            }
        }
        print(out, headings, widths);
        rows.forEach(row -> print(out, row, widths));
    }

    private static void print(PrintWriter out, List<String> cells, int[] widths) {
        var text = new StringBuilder();
        for (int i = 0; i < widths.length; i++) {
            String cell = line(cells.get(i));
            text.append(cell);
            if (i < widths.length - 1) {
                text.append(" ".repeat(widths[i] - cell.length())).append(GAP);
            }
        }
        out.println(text.toString().stripTrailing());
    }
}
