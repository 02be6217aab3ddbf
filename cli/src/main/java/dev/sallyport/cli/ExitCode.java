package dev.sallyport.cli;

/** The documented exit codes. */
public final class ExitCode {
    public static final int DONE = 0;
    public static final int FAILED = 1;
    public static final int USAGE = 2;
    public static final int PENDING = 10;
    public static final int DENIED = 11;
    public static final int LOCKED = 12;
    public static final int UNREACHABLE = 13;

    private ExitCode() {}
}
