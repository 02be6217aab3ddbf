package dev.sallyport.broker.client;

/**
 * The broker said no. Its body is the refusal or the error as the API wrote it, for people and for
 * machines.
 */
public final class ApiRefusedException extends Exception {
    private static final long serialVersionUID = 1L;

    private final int status;
    private final String body;

    ApiRefusedException(int status, String body) {
        super("the broker answered " + status, null, false, false);
        this.status = status;
        this.body = body;
    }

    /** HTTP status; 423 = locked. */
    public int status() {
        return status;
    }

    /** True when a lock is the reason (exit code 12). */
    public boolean isLocked() {
        return status == 423;
    }

    /** One JSON object: {@code {"sallyport":…}} or {@code {"error":…}}. */
    public String body() {
        return body;
    }
}
