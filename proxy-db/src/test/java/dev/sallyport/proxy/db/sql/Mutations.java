package dev.sallyport.proxy.db.sql;

import java.util.List;
import java.util.SplittableRandom;

/** Makes texts that are almost SQL from texts that are, the same ones for the same seed. */
final class Mutations {
    private static final int MOST_STEPS = 4;
    private static final int LONGEST = 1 << 16;

    /** What lexers stumble over. */
    private static final List<String> SPLINTERS =
            List.of(
                    "'",
                    "\"",
                    "''",
                    "\"\"",
                    "E'",
                    "e'\\'",
                    "U&'",
                    "U&\"",
                    "b'",
                    "x'",
                    "N'",
                    "$$",
                    "$a$",
                    "$1",
                    "$",
                    "\\",
                    "\\'",
                    "\n",
                    "\r",
                    "\t",
                    "\u00a0",
                    "\u212a",
                    "\u3000",
                    "\ud83d\ude00",
                    "--",
                    "/*",
                    "*/",
                    "/**/",
                    ";",
                    ";;",
                    ",",
                    "(",
                    ")",
                    "[",
                    "]",
                    ".",
                    "..",
                    ".*",
                    "*",
                    ":",
                    "::",
                    ":=",
                    "=>",
                    "<=",
                    ">=",
                    "<>",
                    "!=",
                    "+",
                    "-",
                    "+-",
                    "@-",
                    "?",
                    "?|",
                    "&",
                    "|",
                    "~",
                    "0x",
                    "0b1",
                    "0o7",
                    "1_0",
                    "1e",
                    "1e5",
                    ".5",
                    "1.",
                    "0x80000000",
                    "2147483648",
                    "\\u0041",
                    "\\x41",
                    "\\101",
                    "\\ud83d",
                    " uescape '!'",
                    " operator(a.+) ",
                    "array[",
                    "row(",
                    "not ",
                    "with ",
                    "lateral ",
                    "(select 1)",
                    "(table t)",
                    "as a ",
                    "with a as (select 1) ",
                    " union all ",
                    " returning *",
                    " into t ",
                    " collate \"C\" ",
                    "interval '1' ",
                    "cast(",
                    " at time zone ",
                    " is not ",
                    " over ()",
                    "%",
                    "^",
                    "#",
                    "`",
                    "{",
                    "}");

    private final SplittableRandom random;
    private final List<String> seeds;
    private final List<String> words;

    Mutations(long seed, List<String> seeds) {
        random = new SplittableRandom(seed);
        this.seeds = seeds;
        words = GrammarTables.POSTGRESQL_18.keywords.stream().map(k -> k.word()).toList();
    }

    String next() {
        StringBuilder text = new StringBuilder(pick(seeds));
        int steps = 1 + random.nextInt(MOST_STEPS);
        for (int i = 0; i < steps; i++) {
            step(text);
        }
        if (text.length() > LONGEST) {
            text.setLength(LONGEST);
        }
        return wellFormed(text);
    }

    private String pick(List<String> list) {
        return list.get(random.nextInt(list.size()));
    }

    private void step(StringBuilder text) {
        int at = text.isEmpty() ? 0 : random.nextInt(text.length() + 1);
        int end = Math.min(text.length(), at + 1 + random.nextInt(8));
        switch (random.nextInt(9)) {
            case 0 -> text.delete(at, end);
            case 1 -> text.insert(at, pick(SPLINTERS));
            case 2 -> text.insert(at, " " + pick(words) + " ");
            case 3 -> text.replace(at, end, pick(SPLINTERS));
            case 4 -> replaceWord(text, at);
            case 5 -> splice(text, at);
            case 6 -> text.insert(at, text.substring(at, end));
            case 7 -> swapWords(text, at);
            default -> text.insert(at, (char) (1 + random.nextInt(0x2FF)));
        }
    }

    private void replaceWord(StringBuilder text, int at) {
        int start = wordStart(text, at);
        String word = random.nextBoolean() ? pick(words) : pick(SPLINTERS);
        text.replace(start, wordEnd(text, start), word);
    }

    private void splice(StringBuilder text, int at) {
        String other = pick(seeds);
        int from = random.nextInt(other.length() + 1);
        int to = Math.min(other.length(), from + random.nextInt(60));
        text.insert(at, other.substring(from, to));
    }

    private void swapWords(StringBuilder text, int at) {
        int first = wordStart(text, at);
        int firstEnd = wordEnd(text, first);
        int second = firstEnd;
        while (second < text.length() && !Character.isLetter(text.charAt(second))) {
            second++;
        }
        int secondEnd = wordEnd(text, second);
        String words =
                text.substring(second, secondEnd)
                        + text.substring(firstEnd, second)
                        + text.substring(first, firstEnd);
        text.replace(first, secondEnd, words);
    }

    private static int wordStart(StringBuilder text, int at) {
        int start = at;
        while (start > 0 && Character.isLetterOrDigit(text.charAt(start - 1))) {
            start--;
        }
        return start;
    }

    private static int wordEnd(StringBuilder text, int start) {
        int end = start;
        while (end < text.length() && Character.isLetterOrDigit(text.charAt(end))) {
            end++;
        }
        return end;
    }

    /** The oracle is asked in UTF-8, which has no halves of surrogate pairs. */
    private static String wellFormed(StringBuilder text) {
        StringBuilder formed = new StringBuilder(text.length());
        text.codePoints()
                .filter(point -> point < 0xD800 || point > 0xDFFF)
                .forEach(formed::appendCodePoint);
        return formed.toString();
    }
}
