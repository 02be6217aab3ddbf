package dev.sallyport.broker.api;

/** Ends a call with an HTTP status and an error body; the message is meant for the caller. */
final class ApiErrorException extends Exception {
    private static final long serialVersionUID = 1L;

    private final int status;
    private final String code;
    private final String where;

    ApiErrorException(int status, String code, String message, String where) {
        super(message, null, false, false);
        this.status = status;
        this.code = code;
        this.where = where;
    }

    static ApiErrorException malformed(String message, String where) {
        return new ApiErrorException(400, "malformed", message, where);
    }

    /** One answer for every reason, and for a missing credential too. */
    static ApiErrorException unauthenticated() {
        return new ApiErrorException(401, "unauthenticated", "a valid credential is needed", "");
    }

    static ApiErrorException forbidden() {
        return new ApiErrorException(403, "forbidden", "this caller may not do this", "");
    }

    static ApiErrorException notFound() {
        return new ApiErrorException(404, "not_found", "there is nothing here", "");
    }

    int status() {
        return status;
    }

    ApiBody.Failure body() {
        return new ApiBody.Failure(new ApiBody.Problem(code, String.valueOf(getMessage()), where));
    }
}
