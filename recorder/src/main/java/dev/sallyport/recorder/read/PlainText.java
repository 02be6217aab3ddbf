package dev.sallyport.recorder.read;

/**
 * Recorded text for people: every control character, and every character that only turns the
 * writing direction or hides, is written as an escape. What was typed by an agent must never act on
 * the auditor's terminal.
 */
public final class PlainText {
    private PlainText() {}

    /** The text on one line, with nothing in it that acts. */
    public static String of(String text) {
        StringBuilder plain = new StringBuilder(text.length());
        text.codePoints()
                .forEach(c -> {
                    if (isPlain(c)) {
                        plain.appendCodePoint(c);
                    } else {
                        plain.append("\\u{").append(Integer.toHexString(c)).append('}');
                    }
                });
        return plain.toString();
    }

    private static boolean isPlain(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.UNASSIGNED,
                    Character.PRIVATE_USE ->
                    false;
            default -> true;
        };
    }
}
