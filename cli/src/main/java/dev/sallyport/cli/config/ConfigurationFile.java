package dev.sallyport.cli.config;

import dev.sallyport.access.Target;
import dev.sallyport.access.yaml.Mapping;
import dev.sallyport.access.yaml.Node;
import dev.sallyport.access.yaml.Problems;
import dev.sallyport.access.yaml.YamlFile;
import dev.sallyport.broker.LocalBroker;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Reads {@code sallyport.yaml} whole and checks it whole: every mistake is reported with file,
 * line, column and what would be right, and an unknown key refuses to start.
 */
public final class ConfigurationFile {
    private static final String NAME = "[a-z0-9][a-z0-9.-]{0,62}";
    private static final Duration MAX_CERTIFICATE = Duration.ofMinutes(60);
    private static final Duration MAX_HOLD = Duration.ofHours(24);
    private static final int MAX_GRANTS_PER_AGENT = 10_000;
    private static final Duration ADMIT_SILENCE = Duration.ofSeconds(5);
    private static final Duration END_SILENCE = Duration.ofSeconds(60);

    private final Path file;
    private final Path directory;
    private final Problems problems = new Problems();

    private ConfigurationFile(Path file) {
        this.file = file.toAbsolutePath().normalize();
        Path parent = this.file.getParent();
        this.directory = parent == null ? Path.of("/") : parent;
    }

    /**
     * The configuration in {@code file}.
     *
     * @throws dev.sallyport.access.yaml.InvalidConfigurationException listing every mistake
     */
    public static Configuration read(Path file) {
        return new ConfigurationFile(file).read();
    }

    private Configuration read() {
        Node root = YamlFile.read(file, problems);
        problems.throwIfAny();
        if (!(root instanceof Mapping mapping)) {
            root.problem("the configuration is not a mapping", "keys such as cluster and listen");
            problems.throwIfAny();
            throw new IllegalStateException("a reported problem was not thrown");
        }
        Configuration configuration = configuration(mapping);
        problems.throwIfAny();
        return configuration;
    }

    private Configuration configuration(Mapping root) {
        root.refuseUnknown(
                "cluster",
                "node",
                "data",
                "listen",
                "identity",
                "policy",
                "targets",
                "recorder",
                "certificates",
                "holds",
                "grantsPerAgent",
                "heartbeat");
        Mapping listen = root.mapping("listen");
        listen.refuseUnknown("broker", "ssh", "db", "k8s");
        notInThisBuild(listen, "k8s");
        var targets = new TargetsSection(directory, root.mapping("targets"));
        Set<Target> named = new TreeSet<>(TargetsSection.BY_NAME);
        named.addAll(targets.names());
        recorder(root);
        root.optionalMapping("heartbeat").ifPresent(map -> map.refuseUnknown("admit", "end"));
        return new Configuration(
                name(root, "cluster", ""),
                name(root, "node", "node-1"),
                path(root, "data", "./data"),
                address(listen, "broker", "127.0.0.1:8443"),
                address(listen, "ssh", "127.0.0.1:2222"),
                address(listen, "db", "127.0.0.1:5433"),
                new IdentitySection(directory, root.mapping("identity")).issuers(),
                policy(root),
                named,
                targets.ssh(),
                targets.db(),
                atMost(root, "certificates", Duration.ofMinutes(10), MAX_CERTIFICATE),
                atMost(root, "holds", Duration.ofMinutes(10), MAX_HOLD),
                grantsPerAgent(root),
                silence(root, "admit", ADMIT_SILENCE),
                silence(root, "end", END_SILENCE));
    }

    private static int grantsPerAgent(Mapping root) {
        return (int)
                root.integer(
                        "grantsPerAgent",
                        1,
                        MAX_GRANTS_PER_AGENT,
                        LocalBroker.Settings.GRANTS_PER_AGENT);
    }

    private static void notInThisBuild(Mapping listen, String key) {
        if (listen.has(key)) {
            listen.problemAtKey(key, "this build has no " + key + " proxy", "no such key");
        }
    }

    private static String name(Mapping root, String key, String fallback) {
        String name = fallback.isEmpty() ? root.text(key) : root.text(key, fallback);
        if (!name.isEmpty() && !name.matches(NAME)) {
            root.problemAtKey(
                    key, key + " is not a name", "1 to 63 lower-case letters, digits, '.' or '-'");
        }
        return name;
    }

    private Path path(Mapping root, String key, String fallback) {
        return directory.resolve(root.text(key, fallback)).normalize();
    }

    private Path policy(Mapping root) {
        Path path = path(root, "policy", "./policy");
        if (!Files.isDirectory(path)) {
            root.problemAtKey(
                    "policy", "there is no directory " + path, "a directory with intents.yaml");
        }
        return path;
    }

    private static InetSocketAddress address(Mapping listen, String key, String fallback) {
        return HostAndPort.parse(listen.text(key, fallback))
                .map(HostAndPort::resolved)
                .filter(address -> !address.isUnresolved())
                .orElseGet(() -> {
                    listen.problemAtKey(key, "not an address to listen on", "such as " + fallback);
                    return new InetSocketAddress(0);
                });
    }

    private static void recorder(Mapping root) {
        root.optionalMapping("recorder")
                .ifPresent(recorder -> {
                    recorder.refuseUnknown("store");
                    if (!recorder.text("store", "local").equals("local")) {
                        recorder.problemAtKey("store", "this build records locally only", "local");
                    }
                });
    }

    private static Duration atMost(Mapping root, String key, Duration fallback, Duration max) {
        Optional<Duration> said = root.optionalDuration(key);
        said.filter(value -> isOutside(Duration.ofSeconds(1), value, max))
                .ifPresent(value ->
                        root.problemAtKey(
                                key, key + " is out of range", "1s to " + max.toMinutes() + "m"));
        return said.orElse(fallback);
    }

    /** Both waits may be made shorter than the promise, never longer. */
    private static Duration silence(Mapping root, String key, Duration longest) {
        Optional<Mapping> heartbeat = root.optionalMapping("heartbeat");
        Optional<Duration> said = heartbeat.flatMap(map -> map.optionalDuration(key));
        said.filter(value -> isOutside(Duration.ofSeconds(2), value, longest))
                .ifPresent(value ->
                        heartbeat
                                .orElseThrow()
                                .problemAtKey(
                                        key,
                                        "heartbeat is out of range",
                                        "2s to " + longest.toSeconds() + "s"));
        return said.orElse(longest);
    }

    private static boolean isOutside(Duration least, Duration value, Duration most) {
        return value.compareTo(least) < 0 || value.compareTo(most) > 0;
    }
}
