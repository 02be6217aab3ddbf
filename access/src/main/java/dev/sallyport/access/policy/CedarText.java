package dev.sallyport.access.policy;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A Cedar file, cut into its statements, so that every mistake has a line and a column: Cedar
 * itself reports offsets, in bytes of UTF-8, within one statement.
 *
 * @param name the file as people know it
 */
record CedarText(String name, String text) {

    /**
     * One {@code permit} or {@code forbid} with its annotations, up to and with its semicolon.
     *
     * @param start where it begins in the file, in characters
     */
    record Statement(CedarText file, int start, String text) {}

    /** A place in a file, counted from 1. */
    record Place(int line, int column) {}

    /** Cuts on semicolons outside of strings and comments; the last one may lack its semicolon. */
    List<Statement> statements() {
        var statements = new ArrayList<Statement>();
        int start = -1;
        int at = 0;
        while (at < text.length()) {
            char next = text.charAt(at);
            if (text.startsWith("//", at)) {
                at = endOfLine(at);
                continue;
            }
            if (start < 0 && !Character.isWhitespace(next)) {
                start = at;
            }
            if (next == ';') {
                statements.add(new Statement(this, start, text.substring(start, at + 1)));
                start = -1;
            }
            at = next == '"' ? endOfString(at) : at + 1;
        }
        if (start >= 0) {
            statements.add(new Statement(this, start, text.substring(start)));
        }
        return statements;
    }

    /** The place of a byte offset within a part of this file that begins at {@code start}. */
    Place place(int start, String part, int byteOffset) {
        byte[] bytes = part.getBytes(StandardCharsets.UTF_8);
        int length = Math.clamp(byteOffset, 0, bytes.length);
        int end = start + new String(bytes, 0, length, StandardCharsets.UTF_8).length();
        int line = 1 + (int) text.substring(0, end).chars().filter(c -> c == '\n').count();
        return new Place(line, end - text.lastIndexOf('\n', end - 1));
    }

    private int endOfLine(int from) {
        int end = text.indexOf('\n', from);
        return end < 0 ? text.length() : end;
    }

    private int endOfString(int from) {
        int at = from + 1;
        while (at < text.length() && text.charAt(at) != '"') {
            at += text.charAt(at) == '\\' ? 2 : 1;
        }
        return Math.min(at + 1, text.length());
    }
}
