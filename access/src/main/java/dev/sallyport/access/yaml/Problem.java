package dev.sallyport.access.yaml;

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
    /** {@code file:line:column: message; expected …}. */
    @Override
    public String toString() {
        String place = line == 0 ? file : file + ":" + line + ":" + column;
        return place + ": " + message + (expected.isEmpty() ? "" : "; expected " + expected);
    }
}
