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
            "at the end. Ends with COMMAND's exit code."
        },
        footer = {
            "",
            "Example:",
            "  sallyport run --intent read-only-billing --param customer=42 --reason report -- \\",
            "      ssh batch-1 /usr/local/bin/report --customer 42"
        })
public final class RunCommand implements Callable<Integer> {
    private static final List<String> TOOLS = List.of("ssh", "scp", "sftp");

    @Mixin private GrantRequest request = new GrantRequest();

    @Parameters(arity = "1..*", paramLabel = "COMMAND", description = "What to run, after --.")
    private List<String> command = new ArrayList<>();

    private final Globals globals;

    public RunCommand(Globals globals) {
        this.globals = globals;
    }

    @Override
    public Integer call() throws IOException {
        GrantDirectory directory = request.ask(globals);
        try (BrokerClient client = request.keyHolder(globals)) {
            try (Renewal renewal = Renewal.start(client, directory)) {
                return run(directory);
            } finally {
                release(client, directory);
            }
        }
    }

    private int run(GrantDirectory directory) throws IOException {
        var builder = new ProcessBuilder(command).inheritIO();
        builder.environment().putAll(directory.variables());
        Path tools = tools(directory.path());
        builder.environment().merge("PATH", tools.toString(), (old, ours) -> ours + ":" + old);
        Process process = start(builder);
        try {
            return process.waitFor();
        } catch (InterruptedException e) {
            process.destroy();
            Thread.currentThread().interrupt();
            throw new CommandFailedException("interrupted");
        }
    }

    private Process start(ProcessBuilder builder) {
        try {
            return builder.start();
        } catch (IOException e) {
            throw new CommandFailedException(127, "cannot run " + command.getFirst());
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
