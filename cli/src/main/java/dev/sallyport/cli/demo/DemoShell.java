package dev.sallyport.cli.demo;

import dev.sallyport.cli.ExitCode;
import dev.sallyport.cli.Main;
import dev.sallyport.cli.Text;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the demonstration types: verbs of this very program, and their exit statuses. */
final class DemoShell {
    static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final Pattern APPROVAL = Pattern.compile("(?m)^(\\S+)  hold");

    private final DemoStage stage;
    private final Path work;
    private final Path data;

    DemoShell(DemoStage stage, Path work, Path data) {
        this.stage = stage;
        this.work = work;
        this.data = data;
    }

    /** Runs a verb of this very program, shown as it would be typed. */
    void sallyport(int expected, String... arguments) throws IOException {
        var words = new ArrayList<String>(List.of("sallyport"));
        for (String argument : arguments) {
            words.add(
                    argument.startsWith(work.toString())
                            ? work.relativize(Path.of(argument)).toString()
                            : argument);
        }
        stage.command(words);
        var printed = new StringWriter();
        int code = main(printed, arguments);
        stage.output(printed.toString());
        expect(expected, code);
    }

    /**
     * Starts a client whose act is held, has an approver say yes, and shows what it printed.
     *
     * @param shown the command as it would be typed
     * @param comment the approver's
     */
    void approved(List<String> shown, ProcessBuilder client, String comment)
            throws IOException, InterruptedException {
        stage.command(shown);
        Path answer = Files.createTempFile(work, "held", ".txt");
        Process process = client.redirectErrorStream(true).redirectOutput(answer.toFile()).start();
        process.getOutputStream().close();
        String approval = awaitApproval();
        stage.say("... and meanwhile an approver:");
        sallyport(ExitCode.DONE, "approvals");
        sallyport(ExitCode.DONE, "approve", approval, "--comment", comment);
        expect(0, exit(process));
        stage.say("The client, now released:");
        stage.output(Text.safe(Files.readString(answer)));
    }

    /** The number of the act that waits for a human, as soon as there is one. */
    private String awaitApproval() throws IOException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (System.nanoTime() < deadline) {
            Matcher matcher = APPROVAL.matcher(quietly("approvals"));
            if (matcher.find()) {
                return matcher.group(1);
            }
            LockSupport.parkNanos(Duration.ofMillis(50).toNanos());
        }
        throw new IOException("the held act did not reach the approvers");
    }

    private String quietly(String... arguments) {
        var printed = new StringWriter();
        main(printed, arguments);
        return printed.toString();
    }

    private int main(StringWriter printed, String... arguments) {
        var all = new ArrayList<String>(List.of("--data", data.toString()));
        all.addAll(List.of(arguments));
        var writer = new PrintWriter(printed);
        int code = Main.run(all.toArray(String[]::new), writer, writer);
        writer.flush();
        return code;
    }

    /** The exit status of a client that is to end now. */
    static int exit(Process process) throws IOException, InterruptedException {
        if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new IOException("the client did not end");
        }
        return process.exitValue();
    }

    /** A step that did not end as it has to ends the demonstration. */
    static void expect(int expected, int found) throws IOException {
        if (expected != found) {
            throw new IOException("exit status " + found + " where " + expected + " was expected");
        }
    }
}
