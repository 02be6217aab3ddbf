package dev.sallyport.cli.e2e;

import dev.sallyport.broker.issue.AuthorityKeys;
import dev.sallyport.cli.Main;
import dev.sallyport.cli.config.ConfigurationFile;
import dev.sallyport.cli.config.DataDirectory;
import dev.sallyport.cli.demo.DemoIssuer;
import dev.sallyport.cli.demo.ThrowAwaySshd;
import dev.sallyport.cli.node.LocalNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * A whole node with everything around it: an issuer, the system's sshd as the target {@code batch},
 * policies, and a directory of small programs on the target. Agents in group {@code agents} may ask
 * for the intents of {@code intents.yaml} in {@link Template}; the target's {@code bin/careful}
 * waits for a human each time.
 */
public final class Stand implements AutoCloseable {
    /** The target's name, also the host's name in a grant's {@code ssh_config}. */
    public static final String TARGET = "batch";

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Path work;
    private final DemoIssuer issuer;
    private final ThrowAwaySshd target;
    private final AtomicInteger serial = new AtomicInteger();
    private LocalNode node;

    private Stand(Path work, DemoIssuer issuer, ThrowAwaySshd target, LocalNode node) {
        this.work = work;
        this.issuer = issuer;
        this.target = target;
        this.node = node;
    }

    /** Starts everything in {@code work}; held acts wait for ten minutes. */
    public static Stand start(Path work) throws IOException {
        return start(work, Duration.ofMinutes(10));
    }

    /** Starts everything in {@code work}; held acts wait for {@code holds}. */
    public static Stand start(Path work, Duration holds) throws IOException {
        Path directory = work.toRealPath();
        Template.write(directory);
        Path data = directory.resolve("data");
        Files.createDirectories(
                data,
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        String authority =
                AuthorityKeys.open(
                                new DataDirectory(data).keys(), Template.CLUSTER, Clock.systemUTC())
                        .upstreamCaLine();
        Path sshd = ThrowAwaySshd.binary().orElseThrow(() -> new IOException("no sshd here"));
        DemoIssuer issuer = DemoIssuer.start(Clock.systemUTC());
        var target = ThrowAwaySshd.start(sshd, directory.resolve("sshd"), authority);
        Path configuration = Template.configuration(directory, issuer, target, holds);
        try {
            LocalNode node =
                    LocalNode.start(ConfigurationFile.read(configuration), Clock.systemUTC());
            return new Stand(directory, issuer, target, node);
        } catch (IOException | RuntimeException e) {
            target.close();
            issuer.close();
            throw e;
        }
    }

    /** Where everything is; of {@code realpath} form. */
    public Path work() {
        return work;
    }

    /** The node's configuration file. */
    public Path configuration() {
        return work.resolve("sallyport.yaml");
    }

    /** The node's data directory. */
    public Path data() {
        return work.resolve("data");
    }

    /** The node's record. */
    public Path record() {
        return new DataDirectory(data()).record();
    }

    /** A program of the target. */
    public String bin(String program) {
        return work.resolve("bin").resolve(program).toString();
    }

    /** What {@code bin/mark NAME} and {@code bin/careful NAME …} leave on the target's side. */
    public Path mark(String name) {
        return work.resolve("marks").resolve(name);
    }

    /** A file in the directory that the intent {@code files} may read and write. */
    public Path file(String name) {
        return work.resolve("files").resolve(name);
    }

    public LocalNode node() {
        return node;
    }

    public DemoIssuer issuer() {
        return issuer;
    }

    /** Stops the node and starts it again on the same data, as after a reboot. */
    public void restart() throws IOException {
        node.close();
        node = LocalNode.start(ConfigurationFile.read(configuration()), Clock.systemUTC());
    }

    /** A file with a fresh token of {@code agent}, which is known as {@code test/AGENT}. */
    public Path token(String agent, String owner, String run) throws IOException {
        Path file = work.resolve("token-" + serial.incrementAndGet());
        Files.createFile(
                file,
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        return Files.writeString(
                file, issuer.token(agent, Map.<String, Object>of("owner", owner, "run", run)));
    }

    /** The grant directory of a new grant, asked for with {@code sallyport request}. */
    public Path grant(String agent, String intent, String... parameters) throws IOException {
        Path home = work.resolve("home-" + serial.incrementAndGet());
        Ran ran = request(agent, intent, home, parameters);
        if (ran.exit() != 0) {
            throw new AssertionError("no grant: " + ran.out() + ran.err());
        }
        return home.resolve("grants/latest").toRealPath();
    }

    /** {@code sallyport request} into {@code home}. */
    public Ran request(String agent, String intent, Path home, String... parameters)
            throws IOException {
        var words =
                new ArrayList<>(
                        List.of("request", "--intent", intent, "--reason", "an end-to-end test"));
        for (String parameter : parameters) {
            words.addAll(List.of("--param", parameter));
        }
        Path token = token(agent, "olga@example.com", "run-1");
        words.addAll(List.of("--token-file", token.toString(), "--home", home.toString()));
        return sallyport(words.toArray(String[]::new));
    }

    /** Runs a verb in this process, on this node's data directory. */
    public Ran sallyport(String... arguments) {
        var all = new ArrayList<>(List.of("--data", data().toString()));
        all.addAll(Arrays.asList(arguments));
        return main(all.toArray(String[]::new));
    }

    /** Runs a verb in this process, with exactly these arguments. */
    public static Ran main(String... arguments) {
        var out = new StringWriter();
        var err = new StringWriter();
        int exit = Main.run(arguments, new PrintWriter(out, true), new PrintWriter(err, true));
        return new Ran(
                exit,
                out.toString().getBytes(StandardCharsets.UTF_8),
                err.toString().getBytes(StandardCharsets.UTF_8));
    }

    /** A verb as a process of its own, for what cannot be captured inside this one. */
    public ProcessBuilder process(String... arguments) {
        var command =
                new ArrayList<>(
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                                "-XX:TieredStopAtLevel=1",
                                "-cp",
                                System.getProperty("java.class.path"),
                                Main.class.getName(),
                                "--data",
                                data().toString()));
        command.addAll(Arrays.asList(arguments));
        return clean(new ProcessBuilder(command));
    }

    /** {@code ssh batch COMMAND} without input. */
    public Ran ssh(Path grant, String command) throws IOException, InterruptedException {
        return ssh(grant, new byte[0], TARGET, command);
    }

    /** Stock {@code ssh arguments…} with {@code input}. */
    public Ran ssh(Path grant, byte[] input, String... arguments)
            throws IOException, InterruptedException {
        return Ran.toEnd(startSsh(grant, arguments), input);
    }

    /** Starts stock {@code ssh}; the caller ends it. */
    public Process startSsh(Path grant, String... arguments) throws IOException {
        return clean(new ProcessBuilder(sshCommand(grant, arguments))).start();
    }

    /** The command line of {@link #startSsh}. */
    public List<String> sshCommand(Path grant, String... arguments) {
        Path config = grant.resolve("ssh_config");
        var command =
                new ArrayList<>(List.of("ssh", "-F", config.toString(), "-o", "LogLevel=ERROR"));
        command.addAll(Arrays.asList(arguments));
        return command;
    }

    /** Runs any other program without input. */
    public Ran program(String... command) throws IOException, InterruptedException {
        return Ran.toEnd(clean(new ProcessBuilder(command)).start(), new byte[0]);
    }

    private ProcessBuilder clean(ProcessBuilder builder) {
        builder.directory(work.toFile());
        builder.environment().remove("SSH_AUTH_SOCK");
        builder.environment().put("LC_ALL", "C.UTF-8");
        return builder;
    }

    /** Waits until {@code condition} holds, with a bound. */
    public static void await(String what, BooleanSupplier condition) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("did not happen: " + what);
            }
            LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
        }
    }

    @Override
    public void close() {
        node.close();
        target.close();
        issuer.close();
    }
}
