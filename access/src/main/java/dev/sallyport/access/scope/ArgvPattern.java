package dev.sallyport.access.scope;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Which simple commands a grant may run, compared word by word with the argv that the target's
 * shell will build. Not a regular expression.
 *
 * <ul>
 *   <li>Words are split on spaces. {@code '…'} takes everything literally, {@code "…"} too except
 *       that {@code \"} and {@code \\} stand for the second character.
 *   <li>An unquoted {@code *} stands for any run of characters within its word. A word that begins
 *       with it does not match an option ({@code -…}), and no star matches a word with a {@code ..}
 *       path segment: otherwise {@code cat /srv/*} would read the whole disk.
 *   <li>A last word {@code **} stands for any further words, options included.
 *   <li>Everything else is literal; the number of words must be equal.
 * </ul>
 */
public final class ArgvPattern {
    private static final String ANY_WORDS = "**";

    private ArgvPattern() {}

    /**
     * True when {@code argv} is one of the commands that {@code pattern} describes.
     *
     * @throws IllegalArgumentException when the pattern is not one
     */
    public static boolean matches(String pattern, List<String> argv) {
        List<Glob> words = parse(pattern);
        boolean open = endsOpen(pattern, words);
        int fixed = open ? words.size() - 1 : words.size();
        if (open ? argv.size() < fixed : argv.size() != fixed) {
            return false;
        }
        for (int i = 0; i < fixed; i++) {
            if (!matchesWord(words.get(i), argv.get(i))) {
                return false;
            }
        }
        return true;
    }

    /**
     * Checks a pattern from configuration or from a grant.
     *
     * @throws IllegalArgumentException with what is wrong
     */
    public static String require(String pattern) {
        List<Glob> words = parse(pattern);
        if (endsOpen(pattern, words) && words.size() == 1) {
            throw new IllegalArgumentException("an argv pattern needs at least a program");
        }
        return pattern;
    }

    /** The words of {@code text} as a target's shell would split a simple command. */
    public static List<String> words(String text) {
        return parse(text).stream().map(word -> String.join("*", word.pieces())).toList();
    }

    /** {@code value} as part of a pattern's word that stands for exactly itself. */
    public static String quote(String value) {
        return '"' + value.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }

    private static boolean endsOpen(String pattern, List<Glob> words) {
        // Quoted stars are part of a piece: only a bare ** has three empty pieces.
        return words.getLast().pieces().equals(List.of("", "", ""))
                && pattern.stripTrailing().endsWith(ANY_WORDS);
    }

    private static boolean matchesWord(Glob word, String text) {
        if (!word.isLiteral()) {
            if (word.startsWithStar() && text.startsWith("-")) {
                return false;
            }
            if (climbs(text)) {
                return false;
            }
        }
        return word.matches(text);
    }

    /**
     * True when a part of {@code text} between slashes is {@code ..}, also as in {@code --o=..}.
     */
    private static boolean climbs(String text) {
        return Arrays.stream(text.split("/", -1))
                .anyMatch(part ->
                        part.equals("..")
                                || part.endsWith("..")
                                        && "=:,@".indexOf(part.charAt(part.length() - 3)) >= 0);
    }

    private static List<Glob> parse(String pattern) {
        var reader = new Words(pattern);
        while (reader.readWord()) {}
        if (reader.words.isEmpty()) {
            throw new IllegalArgumentException("an argv pattern needs at least a program");
        }
        return reader.words;
    }

    /** Splits a pattern; owned by one call. */
    private static final class Words {
        private final String text;
        private final List<Glob> words = new ArrayList<>();
        private int at;

        Words(String text) {
            this.text = text;
        }

        boolean readWord() {
            while (at < text.length() && text.charAt(at) == ' ') {
                at++;
            }
            if (at == text.length()) {
                return false;
            }
            var pieces = new ArrayList<String>();
            var piece = new StringBuilder();
            while (at < text.length() && text.charAt(at) != ' ') {
                char next = text.charAt(at++);
                switch (next) {
                    case '\'', '"' -> readQuoted(next, piece);
                    case '*' -> {
                        pieces.add(piece.toString());
                        piece.setLength(0);
                    }
                    default -> piece.append(next);
                }
            }
            pieces.add(piece.toString());
            words.add(new Glob(pieces));
            return true;
        }

        private void readQuoted(char quote, StringBuilder piece) {
            while (at < text.length()) {
                char next = text.charAt(at++);
                if (next == quote) {
                    return;
                }
                if (next == '\\' && quote == '"' && at < text.length()) {
                    char escaped = text.charAt(at);
                    if (escaped == '"' || escaped == '\\') {
                        next = escaped;
                        at++;
                    }
                }
                piece.append(next);
            }
            throw new IllegalArgumentException("a quote is not closed");
        }
    }
}
