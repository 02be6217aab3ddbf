package dev.sallyport.cli;

/** A verb could not do its work; the message is for the person at the terminal. */
public final class CommandFailedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int exitCode;

    /** Fails with {@link ExitCode#FAILED}. */
    public CommandFailedException(String message) {
        this(ExitCode.FAILED, message);
    }

    public CommandFailedException(int exitCode, String message) {
        super(message);
        this.exitCode = exitCode;
    }

    public int exitCode() {
        return exitCode;
    }
}
