package dev.sallyport.recorder.verify;

/** What a finding means for the record, worst last. */
public enum Severity {
    /** Worth knowing; the record is sound. */
    NOTE(0),
    /** Something is not there (yet, or any more) that nobody claims to have changed. */
    INCOMPLETE(2),
    /** Nobody can say: a key or a signature is missing. */
    UNVERIFIABLE(3),
    /** The record is not what was signed. */
    FAILURE(1);

    private final int exitCode;

    Severity(int exitCode) {
        this.exitCode = exitCode;
    }

    /** The exit code of a verification whose worst finding this is. */
    public int exitCode() {
        return exitCode;
    }
}
