package dev.sallyport.access;

/** Checks shared by the records of this package: a name is text, short, and free of controls. */
public final class Words {
    /** Longest name or reason in a grant; keeps a certificate far below SSH's 256 KiB packet. */
    public static final int MAX_LENGTH = 1024;

    private Words() {}

    /**
     * Returns {@code value} when it is non-blank, at most {@link #MAX_LENGTH} characters and without
     * control characters.
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
        if (value.chars().anyMatch(Character::isISOControl)) {
            throw new IllegalArgumentException(what + " holds a control character");
        }
        return value;
    }
}
