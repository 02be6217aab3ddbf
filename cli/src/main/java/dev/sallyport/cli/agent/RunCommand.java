package dev.sallyport.cli.agent;

import dev.sallyport.access.port.BrokerUnreachableException;
import dev.sallyport.broker.client.ApiRefusedException;
import dev.sallyport.broker.client.BrokerClient;
import dev.sallyport.broker.request.KeyStep;
import dev.sallyport.cli.CommandFailedException;
import dev.sallyport.cli.Globals;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code sallyport run}: a grant for exactly as long as one command runs. */
@Command(
        name = "run",
        mixinStandardHelpOptions = true,
        description = {
            "Ask for a grant, run COMMAND with ssh, scp, sftp, rsync and git ready to use (they"
                    + " are",
            "found first on its PATH), renew the certificates while it runs and release the grant",
            "at the end. Ends with COMMAND's exit code; the others below are for when it cannot"
                    + " run."
        },
        exitCodeList = {
            "2:wrong usage",
            "10:pending approval",
            "11:denied",
            "12:locked",
            "13:broker unreachable",
            "126:COMMAND cannot be executed",
            "127:COMMAND is not found"
        },
        footer = {
            "",
            "Example:",
            "  sallyport run --intent read-only-billing --param customer=42 --reason report -- \\",
            "      ssh batch-1 /usr/local/bin/report --customer 42"
        })
public final class RunCommand implements Callable<Integer> {
    private static final List<String> TOOLS = List.of("ssh", "scp", "sftp");

    private static final int NO_PROGRAM = 126;
    private static final int NOT_FOUND = 127;

    @Mixin private GrantRequest request = new GrantRequest();

    @Parameters(arity = "1..*", paramLabel = "COMMAND", description = "What to run, after --.")
    private List<String> command = new ArrayList<>();

    private final Globals globals;

    public RunCommand(Globals globals) {
        this.globals = globals;
    }

    @Override
    public Integer call() throws IOException {
        if (!TOOLS.contains(command.getFirst())) {
            // A slip of the keyboard costs no grant.
            program(command.getFirst(), ownPath());
        }
        GrantDirectory directory = request.ask(globals);
        try (var stopping = Stopping.open();
                BrokerClient client = request.keyHolder(globals)) {
            try (Renewal renewal = Renewal.start(client, directory)) {
                return run(directory, stopping);
            } finally {
                release(client, directory);
            }
        }
    }

    private static String ownPath() {
        return System.getenv().getOrDefault("PATH", "/usr/bin:/bin");
    }

    private int run(GrantDirectory directory, Stopping stopping) throws IOException {
        String path = tools(directory.path()) + ":" + ownPath();
        var words = new ArrayList<>(command);
        words.set(0, program(command.getFirst(), path).toString());
        var builder = new ProcessBuilder(words).inheritIO();
        builder.environment().putAll(directory.variables());
        builder.environment().put("PATH", path);
        Process process = start(builder);
        stopping.child(process);
        try {
            return process.waitFor();
        } catch (InterruptedException e) {
            process.destroy();
            Thread.currentThread().interrupt();
            throw new CommandFailedException("interrupted");
        }
    }

    /** The program as COMMAND's own PATH has it; the system would search with ours. */
    private static Path program(String name, String path) {
        if (name.contains("/")) {
            return Path.of(name);
        }
        return Arrays.stream(path.split(":"))
                .map(directory -> Path.of(directory.isEmpty() ? "." : directory).resolve(name))
                .filter(file -> Files.isRegularFile(file) && Files.isExecutable(file))
                .findFirst()
                .orElseThrow(() -> new CommandFailedException(NOT_FOUND, name + ": not found"));
    }

    private static Process start(ProcessBuilder builder) {
        try {
            return builder.start();
        } catch (IOException e) {
            String program = builder.command().getFirst();
            throw Files.exists(Path.of(program))
                    ? new CommandFailedException(NO_PROGRAM, program + ": cannot be executed")
                    : new CommandFailedException(NOT_FOUND, program + ": not found");
        }
    }

    /** Small wrappers that hand the grant's configuration to the stock clients. */
    private static Path tools(Path directory) throws IOException {
        Path tools = directory.resolve("bin");
        Files.createDirectory(tools);
        for (String tool : TOOLS) {
            Path file = tools.resolve(tool);
            Files.writeString(
                    file,
                    """
                    #!/bin/sh
                    PATH=${PATH#%s:}
                    exec %s -F '%s' "$@"
                    """
                            .formatted(tools, tool, directory.resolve("ssh_config")));
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
        }
        return tools;
    }

    private void release(BrokerClient client, GrantDirectory directory) throws IOException {
        String grant = directory.grant().id();
        AgentKeys keys = AgentKeys.load(directory.path());
        try {
            client.release(keys.step(KeyStep.Verb.RELEASE, grant, Instant.now()));
        } catch (ApiRefusedException | BrokerUnreachableException e) {
            globals.err()
                    .println(
                            "sallyport: grant "
                                    + grant
                                    + " could not be released; it ends by itself");
        }
    }
}
