package dev.sallyport.access.yaml;

import java.util.Comparator;

/**
 * One mistake in a file that a human wrote.
 *
 * @param file as the human named it
 * @param line from 1; 0 when the problem is the file itself
 * @param column from 1, in code points; 0 when the problem is the file itself
 * @param message what is wrong
 * @param expected what would be right, or empty
 */
public record Problem(String file, int line, int column, String message, String expected) {
    /** By file, and within it from the top: the order in which mistakes are mended. */
    public static final Comparator<Problem> IN_ORDER =
            Comparator.comparing(Problem::file)
                    .thenComparingInt(Problem::line)
                    .thenComparingInt(Problem::column);

    /** {@code file:line:column: message; expected …}. */
    @Override
    public String toString() {
        String place = line == 0 ? file : file + ":" + line + ":" + column;
        return place + ": " + message + hint();
    }

    private String hint() {
        if (expected.isEmpty()) {
            return "";
        }
        return expected.startsWith("did you mean") ? "; " + expected : "; expected " + expected;
    }
}
