package dev.sallyport.cli.demo;

import dev.sallyport.broker.issue.AuthorityKeys;
import dev.sallyport.cli.config.Configuration;
import dev.sallyport.cli.config.ConfigurationFile;
import dev.sallyport.cli.node.LocalNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.InstantSource;
import java.util.Map;

/** The throw-away parts of the demonstration: issuer, target, policies, and a whole node. */
final class DemoParts implements AutoCloseable {
    private final DemoIssuer issuer;
    private final DemoTargets targets;
    private final LocalNode node;
    private final Path bin;

    private DemoParts(DemoIssuer issuer, DemoTargets targets, LocalNode node, Path bin) {
        this.issuer = issuer;
        this.targets = targets;
        this.node = node;
        this.bin = bin;
    }

    /**
     * Starts everything.
     *
     * @param work a directory for what is thrown away
     * @param data the node's data directory
     * @param hasDatabase whether a database is among the targets
     */
    static DemoParts start(Path work, Path data, boolean hasDatabase) throws IOException {
        InstantSource clock = Clock.systemUTC();
        DemoIssuer issuer = DemoIssuer.start(clock);
        Path bin = programs(work);
        Files.createDirectories(
                data,
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        String authority = AuthorityKeys.open(data.resolve("keys"), "demo", clock).upstreamCaLine();
        DemoTargets targets = DemoTargets.start(work, authority, hasDatabase);
        try {
            policy(work, targets);
            Path file = work.resolve("sallyport.yaml");
            Files.writeString(file, configuration(data, issuer) + targets.configuration());
            Configuration configuration = ConfigurationFile.read(file);
            LocalNode node = LocalNode.start(configuration, clock);
            return new DemoParts(issuer, targets, node, bin);
        } catch (IOException | RuntimeException e) {
            issuer.close();
            stop(targets, e);
            throw e;
        }
    }

    private static String configuration(Path data, DemoIssuer issuer) {
        return """
        cluster: demo
        data: %s
        identity:
          issuers:
            - issuer: %s
              audience: %s
              agent: "demo/{sub}"
              owner: "{owner}"
              run: "{run}"
              groups: [report-bots]
        policy: ./policy
        """
                .formatted(data.toAbsolutePath(), issuer.url(), DemoIssuer.AUDIENCE);
    }

    /** A process of the demonstration must not outlive it. */
    private static void stop(DemoTargets targets, Exception because) {
        try {
            targets.close();
        } catch (IOException e) {
            because.addSuppressed(e);
        }
    }

    /** The three programs of the batch host. */
    private static Path programs(Path work) throws IOException {
        Path bin = Files.createDirectories(work.resolve("bin"));
        Map<String, String> programs =
                Map.of(
                        "report",
                        """
                        #!/bin/sh
                        echo "report for customer $2: 3 invoices, 1180.50 EUR open"
                        """,
                        "restart-batch",
                        """
                        #!/bin/sh
                        echo "batch $1 restarted"
                        """,
                        "follow-log",
                        """
                        #!/bin/sh
                        i=0
                        while [ $i -lt 600 ]; do i=$((i+1)); echo "log line $i"; sleep 0.1; done
                        """);
        for (var program : programs.entrySet()) {
            Path file = bin.resolve(program.getKey());
            Files.writeString(file, program.getValue());
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
        }
        return bin;
    }

    private static void policy(Path work, DemoTargets targets) throws IOException {
        Path policy = Files.createDirectories(work.resolve("policy"));
        String intents =
                resource("demo/policy/intents.yaml")
                        .replace("  # @DATABASE@\n", targets.scope())
                        .replace("@DIR@", work.toString())
                        .replace("@LOGIN@", System.getProperty("user.name"));
        Files.writeString(policy.resolve("intents.yaml"), intents);
        Files.writeString(policy.resolve("demo.cedar"), resource("demo/policy/demo.cedar"));
        Files.writeString(policy.resolve("schema.cedarschema"), resource("schema.cedarschema"));
    }

    private static String resource(String name) throws IOException {
        try (InputStream stream =
                DemoParts.class.getResourceAsStream("/dev/sallyport/cli/" + name)) {
            if (stream == null) {
                throw new IOException("resource " + name + " is missing from this build");
            }
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    DemoIssuer issuer() {
        return issuer;
    }

    LocalNode node() {
        return node;
    }

    /** Where the batch host's programs are. */
    Path bin() {
        return bin;
    }

    DemoTargets targets() {
        return targets;
    }

    @Override
    public void close() throws IOException {
        try (issuer;
                targets) {
            node.close();
        }
    }
}
