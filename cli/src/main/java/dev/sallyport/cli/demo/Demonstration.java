package dev.sallyport.cli.demo;

import dev.sallyport.cli.ExitCode;
import dev.sallyport.cli.Main;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The line, step by step; every step checks itself, and one that fails ends it. */
final class Demonstration {
    private static final String AGENT = "demo/report-bot";
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final Pattern APPROVAL = Pattern.compile("(?m)^(\\S+)  hold");

    private final DemoStage stage;
    private final DemoParts parts;
    private final Path work;
    private final Path data;

    Demonstration(DemoStage stage, DemoParts parts, Path work, Path data) {
        this.stage = stage;
        this.parts = parts;
        this.work = work;
        this.data = data;
    }

    /** Plays everything but the last proof, which needs the node to be stopped. */
    void play() throws IOException, InterruptedException {
        ask();
        work();
        refused();
        held();
        killed();
    }

    private void ask() throws IOException {
        stage.step(
                "An agent proves who it is and says what it intends",
                "Its OIDC token names the agent, its owner and its run; policy allows the intent.");
        Path token = work.resolve("token");
        String text =
                parts.issuer()
                        .token("report-bot", Map.of("owner", "ada@example.com", "run", "run-7"));
        Files.createFile(
                token,
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(token, text);
        sallyport(
                ExitCode.DONE,
                "request",
                "--intent",
                "monthly-report",
                "--param",
                "customer=42",
                "--reason",
                "monthly report",
                "--token-file",
                token.toString(),
                "--home",
                work.resolve("home").toString());
    }

    private void work() throws IOException, InterruptedException {
        stage.step(
                "The agent works with stock ssh",
                "Its certificate lives for minutes. The command is durable in the record before the"
                        + "\nhost sees it.");
        expect(0, ssh(parts.bin().resolve("report") + " --customer 42"));
    }

    private void refused() throws IOException, InterruptedException {
        stage.step(
                "What is out of scope does not happen",
                "The grant is for customer 42. The refusal says so in one line of JSON.");
        expect(77, ssh(parts.bin().resolve("report") + " --customer 43"));
        expect(77, ssh("cat /etc/passwd; id"));
    }

    private void held() throws IOException, InterruptedException {
        stage.step(
                "A human decides, bound to exactly what was shown",
                "Policy wants a human for a restart. The client stays connected while it waits.");
        List<String> command = sshCommand(parts.bin().resolve("restart-batch") + " nightly");
        stage.command(shown(command));
        Path answer = work.resolve("held.txt");
        Process process =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(answer.toFile())
                        .start();
        process.getOutputStream().close();
        String approval = awaitApproval();
        stage.say("... and meanwhile an approver:");
        sallyport(ExitCode.DONE, "approvals");
        sallyport(ExitCode.DONE, "approve", approval, "--comment", "go ahead");
        expect(0, exit(process));
        stage.say("The client, now released:");
        stage.output(dev.sallyport.cli.Text.safe(Files.readString(answer)));
    }

    private String awaitApproval() throws IOException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (System.nanoTime() < deadline) {
            Matcher matcher = APPROVAL.matcher(quietly("approvals"));
            if (matcher.find()) {
                return matcher.group(1);
            }
            LockSupport.parkNanos(Duration.ofMillis(50).toNanos());
        }
        throw new IOException("the held command did not reach the approvers");
    }

    private void killed() throws IOException, InterruptedException {
        stage.step(
                "Kill means closed",
                "A session is streaming. After the kill returns, no further byte passes.");
        List<String> command = sshCommand(parts.bin().resolve("follow-log").toString());
        stage.command(shown(command));
        Path stream = work.resolve("stream.txt");
        Process process =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(stream.toFile())
                        .start();
        awaitLines(stream, 5);
        sallyport(ExitCode.DONE, "kill", "--agent", AGENT, "--reason", "the demonstration says so");
        long size = Files.size(stream);
        int status = exit(process);
        stage.say(
                "The client ended with exit status "
                        + status
                        + "; bytes after the kill: "
                        + (Files.size(stream) - size));
        stage.say("And nobody of this agent comes back in:");
        int again = ssh(parts.bin().resolve("report") + " --customer 42");
        if (again == 0) {
            throw new IOException("a locked agent was admitted");
        }
    }

    private void awaitLines(Path file, int lines) throws IOException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (Files.readString(file).lines().count() < lines) {
            if (System.nanoTime() > deadline) {
                throw new IOException("the session did not stream");
            }
            LockSupport.parkNanos(Duration.ofMillis(50).toNanos());
        }
    }

    /** What responders and auditors see, with the node stopped. */
    void afterwards(boolean isKept) throws IOException {
        stage.step("A responder looks at what happened", "Sessions, and what was refused in them.");
        sallyport(ExitCode.DONE, "sessions");
        sallyport(ExitCode.DONE, "events", "--type", "act.denied");
        stage.step("... and replays a session", "Byte for byte as it was.");
        sallyport(ExitCode.DONE, "replay", "latest", "--speed", "20");
        stage.step("Anyone can check", "Offline, from the files alone.");
        sallyport(ExitCode.DONE, "verify");
        tampered();
        if (isKept) {
            stage.say("The record stays in " + data + ": sallyport --data " + data + " sessions");
        }
    }

    /** One changed byte in a copy must be found. */
    private void tampered() throws IOException {
        Path copy = work.resolve("tampered");
        copyTree(data.resolve("record"), copy);
        Path segment;
        try (var files = Files.walk(copy)) {
            segment =
                    files.filter(file -> file.getFileName().toString().startsWith("term-"))
                            .sorted()
                            .findFirst()
                            .orElseThrow(() -> new IOException("no cast was recorded"));
        }
        byte[] bytes = Files.readAllBytes(segment);
        bytes[bytes.length / 2] ^= 1;
        Files.write(segment, bytes);
        stage.say("One bit is flipped in a copy of the record:");
        sallyport(ExitCode.FAILED, "verify", copy.toString());
    }

    private static void copyTree(Path from, Path to) throws IOException {
        try (var files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Path target = to.resolve(from.relativize(file).toString());
                if (Files.isDirectory(file)) {
                    Files.createDirectories(target);
                } else {
                    Files.copy(file, target);
                }
            }
        }
    }

    private int ssh(String command) throws IOException, InterruptedException {
        List<String> words = sshCommand(command);
        return stage.run(shown(words), words);
    }

    private List<String> sshCommand(String command) {
        Path config = work.resolve("home/grants/latest/ssh_config");
        return List.of("ssh", "-F", config.toString(), "-o", "LogLevel=ERROR", "batch-1", command);
    }

    private List<String> shown(List<String> command) {
        return List.of("ssh", "-F", "latest/ssh_config", "batch-1", command.getLast());
    }

    private static int exit(Process process) throws IOException, InterruptedException {
        if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new IOException("the client did not end");
        }
        return process.exitValue();
    }

    /** Runs a verb of this very program, shown as it would be typed. */
    private void sallyport(int expected, String... arguments) throws IOException {
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

    private static void expect(int expected, int found) throws IOException {
        if (expected != found) {
            throw new IOException("exit status " + found + " where " + expected + " was expected");
        }
    }
}
