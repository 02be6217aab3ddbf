package dev.sallyport.cli;

import dev.sallyport.access.yaml.InvalidConfigurationException;
import dev.sallyport.access.yaml.Problem;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** Turns what went wrong into one clear message on standard error and an {@link ExitCode}. */
final class Failures {
    private Failures() {}

    static int usage(ParameterException found, String[] arguments) {
        ParameterException failure = unknownFirst(found);
        CommandLine line = failure.getCommandLine();
        PrintWriter err = line.getErr();
        err.println("sallyport: " + Text.safe(String.valueOf(failure.getMessage())));
        UnmatchedArgumentException.printSuggestions(failure, err);
        err.println("See '" + line.getCommandSpec().qualifiedName() + " --help'.");
        return ExitCode.USAGE;
    }

    /** Who wrote {@code --reson} is told so, and not that {@code --reason} is missing. */
    private static ParameterException unknownFirst(ParameterException found) {
        List<String> unknown = found.getCommandLine().getUnmatchedArguments();
        return found instanceof MissingParameterException && !unknown.isEmpty()
                ? new UnmatchedArgumentException(found.getCommandLine(), unknown)
                : found;
    }

    static int execution(Exception failure, CommandLine line, ParseResult parsed) {
        PrintWriter err = line.getErr();
        return switch (failure) {
            case CommandFailedException known -> {
                err.println("sallyport: " + known.getMessage());
                yield known.exitCode();
            }
            case InvalidConfigurationException mistakes -> {
                mistakes.problems().stream()
                        .sorted(Problem.IN_ORDER)
                        .map(Problem::toString)
                        .map(Text::line)
                        .forEach(err::println);
                err.println("sallyport: " + count(mistakes) + "; nothing was done");
                yield ExitCode.USAGE;
            }
            case IOException io -> {
                err.println("sallyport: " + Text.line(sentence(io)));
                yield ExitCode.FAILED;
            }
            default -> unexpected(failure, err);
        };
    }

    private static String count(InvalidConfigurationException mistakes) {
        int count = mistakes.problems().size();
        return count + (count == 1 ? " mistake" : " mistakes");
    }

    /** What disks and sockets say, as a sentence. */
    private static String sentence(IOException failure) {
        return switch (failure) {
            case NoSuchFileException e -> e.getFile() + ": no such file or directory";
            case AccessDeniedException e -> e.getFile() + ": permission denied";
            case FileAlreadyExistsException e -> e.getFile() + ": exists already";
            case FileSystemException e when e.getReason() != null ->
                    e.getFile() + ": " + e.getReason();
            case IOException e when e.getMessage() != null -> e.getMessage();
            default -> failure.getClass().getSimpleName();
        };
    }

    private static int unexpected(Exception failure, PrintWriter err) {
        err.println("sallyport: unexpected " + failure.getClass().getSimpleName());
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            err.println("  " + cause.getClass().getName() + ": " + cause.getMessage());
            StackTraceElement[] trace = cause.getStackTrace();
            for (int i = 0; i < Math.min(4, trace.length); i++) {
                err.println("    at " + trace[i]);
            }
        }
        return ExitCode.FAILED;
    }
}
