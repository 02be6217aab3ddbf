package dev.sallyport.cli.demo;

import dev.sallyport.cli.CommandFailedException;
import dev.sallyport.cli.ExitCode;
import dev.sallyport.cli.Globals;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;

/** Sets the demonstration up, plays it and cleans up whatever happens. */
public final class Demo {
    private Demo() {}

    /** Plays it and keeps nothing. */
    public static int play(Globals globals) throws IOException, InterruptedException {
        Path work = Files.createTempDirectory("sallyport-demo-");
        return play(globals, work, work.resolve("data"), false);
    }

    /** Plays it and keeps the node's data in {@code data}. */
    public static int play(Globals globals, Path data) throws IOException, InterruptedException {
        if (Files.exists(data) && !isEmpty(data)) {
            throw new CommandFailedException(ExitCode.USAGE, data + " is not empty");
        }
        Path work = Files.createTempDirectory("sallyport-demo-");
        return play(globals, work, data.toAbsolutePath(), true);
    }

    private static int play(Globals globals, Path work, Path data, boolean isKept)
            throws IOException, InterruptedException {
        requireSsh();
        boolean colours = System.console() != null && System.getenv("NO_COLOR") == null;
        var stage = new DemoStage(globals.out(), colours);
        try {
            stage.say("Sallyport on throw-away parts; nothing outside of a temporary directory is");
            stage.say("touched, and nothing but loopback is used.");
            Demonstration demonstration;
            try (DemoParts parts = DemoParts.start(work, data, isInstalled("psql"))) {
                stage.say(parts.targets().are());
                demonstration = new Demonstration(stage, parts, work, data);
                demonstration.play();
            }
            demonstration.afterwards(isKept);
            stage.say("Done.");
            return ExitCode.DONE;
        } finally {
            delete(work);
        }
    }

    private static boolean isEmpty(Path directory) throws IOException {
        try (var files = Files.list(directory)) {
            return files.findAny().isEmpty();
        }
    }

    private static void requireSsh() throws InterruptedException {
        for (String tool : List.of("ssh", "ssh-keygen")) {
            if (!isInstalled(tool)) {
                throw new CommandFailedException(
                        tool + " is missing; install it (Debian: openssh-client)");
            }
        }
    }

    private static boolean isInstalled(String tool) throws InterruptedException {
        try {
            return new ProcessBuilder("sh", "-c", "command -v " + tool)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException e) {
            throw new CommandFailedException("no shell to look for " + tool);
        }
    }

    private static void delete(Path directory) throws IOException {
        try (var files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }
}
