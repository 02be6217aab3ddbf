package dev.sallyport.cli;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

/**
 * The {@code sallyport} command. Only the verb that is named gets loaded, so that {@code --help}
 * and short verbs start fast.
 */
public final class Main {
    /** Room for threads that start while they are counted. */
    private static final int SPARE_THREADS = 16;

    private Main() {}

    /** Runs one verb and exits with its {@link ExitCode}. */
    public static void main(String[] arguments) {
        PrintWriter out = new PrintWriter(System.out, false, StandardCharsets.UTF_8);
        PrintWriter err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
        int code = run(arguments, out, err);
        out.flush();
        err.flush();
        // At System.exit the JDK looks for a logger in every jar of the class path: some 60 ms that
        // a verb which has done its work need not cost.
        if (code != ExitCode.DONE || isAnybodyElseAtWork()) {
            System.exit(code);
        }
    }

    /** True when a thread is left that would keep the process from ending by itself. */
    private static boolean isAnybodyElseAtWork() {
        Thread self = Thread.currentThread();
        ThreadGroup group = self.getThreadGroup();
        var threads = new Thread[group.activeCount() + SPARE_THREADS];
        int found = group.enumerate(threads);
        for (int i = 0; i < found; i++) {
            if (threads[i] != self && !threads[i].isDaemon()) {
                return true;
            }
        }
        return found == threads.length;
    }

    /** Runs one verb with its output on {@code out} and {@code err}; returns the exit code. */
    public static int run(String[] arguments, PrintWriter out, PrintWriter err) {
        if (arguments.length > 1 && arguments[0].equals("help")) {
            return run(helpFor(arguments), out, err);
        }
        String named = Verbs.named(arguments);
        if (named.isEmpty() && asksForHelp(arguments)) {
            Verbs.printUsage(out);
            return arguments.length == 0 ? ExitCode.USAGE : ExitCode.DONE;
        }
        Globals globals = new Globals(out, err);
        CommandLine line = new CommandLine(CommandSpec.forAnnotatedObject(globals));
        if (!named.isEmpty()) {
            Optional<Object> command = Verbs.command(named, globals);
            if (command.isEmpty()) {
                err.println("sallyport: no verb '" + Text.line(named) + "'" + Verbs.meant(named));
                return ExitCode.USAGE;
            }
            line.addSubcommand(named, command.get());
        }
        // After the verb was added: what is set here holds for the verbs that are there.
        VerbHelp.complete(line);
        line.setOut(out).setErr(err);
        line.setParameterExceptionHandler(Failures::usage);
        line.setExecutionExceptionHandler(Failures::execution);
        return line.execute(arguments);
    }

    /** {@code help VERB} is {@code VERB --help}. */
    private static String[] helpFor(String[] arguments) {
        String[] words = Arrays.copyOfRange(arguments, 1, arguments.length + 1);
        words[words.length - 1] = "--help";
        return words;
    }

    private static boolean asksForHelp(String[] arguments) {
        if (arguments.length == 0) {
            return true;
        }
        return arguments[0].equals("--help")
                || arguments[0].equals("-h")
                || arguments[0].equals("help");
    }
}
