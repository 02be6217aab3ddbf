package dev.sallyport.cli.demo;

import dev.sallyport.cli.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/** The line, step by step; every step checks itself, and one that fails ends it. */
final class Demonstration {
    private static final String AGENT = "demo/report-bot";

    private final DemoStage stage;
    private final DemoParts parts;
    private final Path work;
    private final Path data;
    private final DemoShell shell;
    private String attempt = "";

    Demonstration(DemoStage stage, DemoParts parts, Path work, Path data) {
        this.stage = stage;
        this.parts = parts;
        this.work = work;
        this.data = data;
        this.shell = new DemoShell(stage, work, data);
    }

    /** Plays everything but the last proof, which needs the node to be stopped. */
    void play() throws IOException, InterruptedException {
        ask();
        work();
        refused();
        held();
        if (parts.targets().hasDatabase()) {
            var exercise = new TabletopExercise(stage, shell, work);
            exercise.play();
            attempt = exercise.attempt();
        }
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
        shell.sallyport(
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
        DemoShell.expect(0, ssh(parts.bin().resolve("report") + " --customer 42"));
    }

    private void refused() throws IOException, InterruptedException {
        stage.step(
                "What is out of scope does not happen",
                "The grant is for customer 42. The refusal says so in one line of JSON.");
        DemoShell.expect(77, ssh(parts.bin().resolve("report") + " --customer 43"));
        DemoShell.expect(77, ssh("cat /etc/passwd; id"));
    }

    private void held() throws IOException, InterruptedException {
        stage.step(
                "A human decides, bound to exactly what was shown",
                "Policy wants a human for a restart. The client stays connected while it waits.");
        List<String> command = sshCommand(parts.bin().resolve("restart-batch") + " nightly");
        shell.approved(shown(command), new ProcessBuilder(command), "go ahead");
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
        shell.sallyport(
                ExitCode.DONE, "kill", "--agent", AGENT, "--reason", "the demonstration says so");
        long size = Files.size(stream);
        int status = DemoShell.exit(process);
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
        long deadline = System.nanoTime() + DemoShell.PATIENCE.toNanos();
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
        shell.sallyport(ExitCode.DONE, "sessions");
        shell.sallyport(ExitCode.DONE, "events", "--type", "act.denied");
        stage.step("... and replays a session", "Byte for byte as it was.");
        shell.sallyport(ExitCode.DONE, "replay", "latest", "--speed", "20");
        if (!attempt.isEmpty()) {
            stage.say("The attempt on the customers, up to the row at which it was stopped:");
            shell.sallyport(ExitCode.DONE, "replay", attempt, "--speed", "20");
        }
        stage.step("Anyone can check", "Offline, from the files alone.");
        shell.sallyport(ExitCode.DONE, "verify");
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
        shell.sallyport(ExitCode.FAILED, "verify", copy.toString());
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
        return stage.run(shown(words), new ProcessBuilder(words));
    }

    private List<String> sshCommand(String command) {
        Path config = work.resolve("home/grants/latest/ssh_config");
        return List.of("ssh", "-F", config.toString(), "-o", "LogLevel=ERROR", "batch-1", command);
    }

    private List<String> shown(List<String> command) {
        return List.of("ssh", "-F", "latest/ssh_config", "batch-1", command.getLast());
    }
}
