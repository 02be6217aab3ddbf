package dev.sallyport.recorder.verify;

/** The time within a ULID. */
final class UlidTime {
    private static final String ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    private static final int TIME_DIGITS = 10;

    private UlidTime() {}

    /** Milliseconds since 1970; -1 for what is no ULID. */
    static long millis(String ulid) {
        if (ulid.length() != 26) {
            return -1;
        }
        long millis = 0;
        for (int i = 0; i < TIME_DIGITS; i++) {
            int digit = ALPHABET.indexOf(ulid.charAt(i));
            if (digit < 0) {
                return -1;
            }
            millis = millis << 5 | digit;
        }
        return millis;
    }
}
