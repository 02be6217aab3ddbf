package dev.sallyport.recorder.verify;

/** The time within a session's id: {@code s-} and a ULID. */
final class UlidTime {
    private static final String ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    private static final int TIME_DIGITS = 10;
    private static final int LENGTH = 26;
    private static final String PREFIX = "s-";

    private UlidTime() {}

    /** When the session began, in milliseconds since 1970; -1 for what is no session's id. */
    static long millis(String session) {
        String ulid = session.startsWith(PREFIX) ? session.substring(PREFIX.length()) : session;
        if (ulid.length() != LENGTH) {
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
