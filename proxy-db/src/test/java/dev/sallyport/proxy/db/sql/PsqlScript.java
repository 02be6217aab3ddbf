package dev.sallyport.proxy.db.sql;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Takes a script for psql apart into what psql would send, well enough to make a corpus of it:
 * statements, without psql's own commands and without the data of COPY. Knows strings, comments,
 * parentheses and {@code BEGIN ATOMIC} bodies; variables of psql stay as they are.
 */
final class PsqlScript {
    private static final Pattern COPY_IN =
            Pattern.compile("(?is)^\\s*copy\\b.*\\bfrom\\s+stdin\\b.*");
    private static final Pattern ATOMIC =
            Pattern.compile("(?is)^\\s*create\\b.*\\bbegin\\s+atomic\\b.*");
    private static final Pattern ATOMIC_END = Pattern.compile("(?is).*\\bend\\s*$");

    private final String text;
    private final List<String> statements = new ArrayList<>();
    private int at;
    private int start;
    private int depth;
    private final StringBuilder current = new StringBuilder();

    private PsqlScript(String text) {
        this.text = text;
    }

    static List<String> statements(String text) {
        PsqlScript script = new PsqlScript(text);
        script.read();
        return script.statements;
    }

    private void read() {
        while (at < text.length()) {
            char c = text.charAt(at);
            if (c == '\\') {
                backslash();
            } else if (c == ';' && depth == 0 && !isWithinAtomic()) {
                at++;
                keep();
                end();
            } else {
                depth += c == '(' ? 1 : c == ')' && depth > 0 ? -1 : 0;
                at = tokenEnd();
            }
        }
        keep();
        end();
    }

    private boolean isWithinAtomic() {
        String sofar = current + text.substring(start, at);
        return ATOMIC.matcher(sofar).matches() && !ATOMIC_END.matcher(sofar).matches();
    }

    private void keep() {
        current.append(text, start, at);
        start = at;
    }

    private void end() {
        String statement = current.toString().strip();
        current.setLength(0);
        depth = 0;
        if (!statement.isEmpty()) {
            statements.add(statement);
        }
        if (COPY_IN.matcher(statement).matches()) {
            int data = text.indexOf("\n\\.", at);
            at = data < 0 ? at : lineEnd(data + 1);
            start = at;
        }
    }

    /** A command of psql runs to the end of its line; those that send what there is end it too. */
    private void backslash() {
        keep();
        if (at + 1 < text.length() && text.charAt(at + 1) == ';') {
            current.append(';');
            at += 2;
            start = at;
            return;
        }
        boolean sends = text.startsWith("\\g", at) || text.startsWith("\\crosstabview", at);
        at = lineEnd(at);
        start = at;
        if (sends) {
            end();
        }
    }

    private int lineEnd(int from) {
        int end = text.indexOf('\n', from);
        return end < 0 ? text.length() : end + 1;
    }

    private int tokenEnd() {
        char c = text.charAt(at);
        if (text.startsWith("--", at)) {
            int end = lineEnd(at);
            return end;
        }
        if (text.startsWith("/*", at)) {
            return after("*/", at + 2);
        }
        if (c == '"') {
            return after("\"", at + 1);
        }
        if (c == '\'') {
            boolean escapes = at > 0 && "eE".indexOf(text.charAt(at - 1)) >= 0;
            return stringEnd(escapes);
        }
        if (c == '$') {
            int tag = at + 1;
            while (tag < text.length() && Characters.isTagPart(text.charAt(tag))) {
                tag++;
            }
            boolean isQuote = tag < text.length() && text.charAt(tag) == '$';
            return isQuote ? after(text.substring(at, tag + 1), tag + 1) : at + 1;
        }
        return at + 1;
    }

    private int stringEnd(boolean escapes) {
        int i = at + 1;
        while (i < text.length() && text.charAt(i) != '\'') {
            i += escapes && text.charAt(i) == '\\' ? 2 : 1;
        }
        return Math.min(i + 1, text.length());
    }

    private int after(String mark, int from) {
        int end = text.indexOf(mark, from);
        return end < 0 ? text.length() : end + mark.length();
    }
}
