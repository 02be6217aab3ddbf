package dev.sallyport.access.act;

import java.util.ArrayList;
import java.util.List;

/**
 * A command as a client sends it, read without a shell: words and plain quotes become an {@link
 * SshAct.Exec}; whatever a shell would give a meaning to makes it a {@link SshAct.ShellCommand}.
 * The proxy and the policy tests read by this one rule, so a test sees the act that the proxy sees.
 * Pure.
 */
public final class CommandLine {
    /** Characters beside letters and digits that no shell gives a meaning inside a word. */
    private static final String PLAIN = "@%+=:,./_-";

    /** Characters that a shell, or a terminal, gives a meaning even within quotes. */
    private static final String SPECIAL = "$`\\!\n\r";

    private final String text;
    private final List<String> words = new ArrayList<>();

    private CommandLine(String text) {
        this.text = text;
    }

    /** Reads a command; never fails. */
    public static SshAct read(String text) {
        if (text.indexOf('\0') >= 0) {
            return new SshAct.Unknown("a command with a NUL");
        }
        var line = new CommandLine(text);
        String because = line.split();
        return because.isEmpty()
                ? new SshAct.Exec(text, line.words)
                : new SshAct.ShellCommand(text, because);
    }

    /** Splits words and quotes; returns why a shell would be needed, or the empty string. */
    private String split() {
        StringBuilder word = null;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == ' ' || c == '\t') {
                if (word != null) {
                    words.add(word.toString());
                    word = null;
                }
                continue;
            }
            if (word == null && c == '=') {
                return "the character ="; // zsh(1), EQUALS: the path of a command.
            }
            word = word == null ? new StringBuilder() : word;
            if (c == '\'' || c == '"') {
                int end = text.indexOf(c, i + 1);
                String quoted = end < 0 ? "" : text.substring(i + 1, end);
                if (end < 0 || quoted.chars().anyMatch(q -> SPECIAL.indexOf(q) >= 0)) {
                    return "its quoting";
                }
                word.append(quoted);
                i = end;
            } else if (Character.isLetterOrDigit(c) || PLAIN.indexOf(c) >= 0) {
                word.append(c);
            } else {
                return "the character " + printable(c);
            }
        }
        if (word != null) {
            words.add(word.toString());
        }
        return words.isEmpty() ? "it is empty" : words.getFirst().contains("=") ? "=" : "";
    }

    private static char printable(char c) {
        return Character.isISOControl(c) || Character.getType(c) == Character.FORMAT ? '\uFFFD' : c;
    }
}
