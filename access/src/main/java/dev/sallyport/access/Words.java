package dev.sallyport.access;

/**
 * Checks shared by the records of this package: a name is text, short, and free of what could
 * deceive a reader or move a cursor.
 */
public final class Words {
    /** Longest name or reason in a grant; keeps a certificate far below SSH's 256 KiB packet. */
    public static final int MAX_LENGTH = 1024;

    private Words() {}

    /**
     * Returns {@code value} when it is non-blank, at most {@link #MAX_LENGTH} characters, valid
     * Unicode, and without control characters and marks that turn text around.
     *
     * @throws IllegalArgumentException naming {@code what} (never the value) otherwise
     */
    public static String requireText(String what, String value) {
        if (value.isBlank()) {
            throw new IllegalArgumentException(what + " is empty");
        }
        return requireClean(what, value);
    }

    /** Like {@link #requireText} but the empty string is allowed. */
    public static String requireClean(String what, String value) {
        if (value.length() > MAX_LENGTH) {
            throw new IllegalArgumentException(what + " is longer than " + MAX_LENGTH);
        }
        value.codePoints().forEach(c -> requireClean(what, c));
        return value;
    }

    private static void requireClean(String what, int c) {
        if (Character.isISOControl(c)) {
            throw new IllegalArgumentException(what + " holds a control character");
        }
        if (c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE) {
            throw new IllegalArgumentException(what + " is not valid Unicode");
        }
        // What an approver reads must be what it says (CVE-2021-42574).
        if (c >= 0x2028 && c <= 0x202e || c >= 0x2066 && c <= 0x2069) {
            throw new IllegalArgumentException(what + " holds a mark that turns text around");
        }
    }

    /**
     * True when a reader sees {@code c} as what it is: neither a control nor a mark that turns text
     * around, no blank but the space, and none of the letters and marks that are drawn as nothing
     * (Unicode's Default_Ignorable_Code_Point, and the fillers of Hangul and Braille).
     */
    public static boolean isVisible(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR ->
                    false;
            case Character.SPACE_SEPARATOR -> c == ' ';
            default -> !isDrawnAsNothing(c);
        };
    }

    private static boolean isDrawnAsNothing(int c) {
        return c == 0x034f
                || c == 0x115f
                || c == 0x1160
                || c == 0x17b4
                || c == 0x17b5
                || c >= 0x180b && c <= 0x180f
                || c == 0x2800
                || c == 0x3164
                || c >= 0xfe00 && c <= 0xfe0f
                || c == 0xffa0
                || c == 0x16fe4
                || c == 0x1d159
                || c >= 0xe0100 && c <= 0xe01ef;
    }
}
