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
import java.security.PublicKey;
import java.time.Clock;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import org.apache.sshd.common.config.keys.PublicKeyEntry;
import org.apache.sshd.common.config.keys.PublicKeyEntryResolver;

/** The throw-away parts of the demonstration: issuer, target, policies, and a whole node. */
final class DemoParts implements AutoCloseable {
    private final DemoIssuer issuer;
    private final AutoCloseable target;
    private final LocalNode node;
    private final Path bin;
    private final String targetIs;

    private DemoParts(
            DemoIssuer issuer, AutoCloseable target, LocalNode node, Path bin, String targetIs) {
        this.issuer = issuer;
        this.target = target;
        this.node = node;
        this.bin = bin;
        this.targetIs = targetIs;
    }

    /**
     * Starts everything.
     *
     * @param work a directory for what is thrown away
     * @param data the node's data directory
     */
    static DemoParts start(Path work, Path data) throws IOException {
        InstantSource clock = Clock.systemUTC();
        DemoIssuer issuer = DemoIssuer.start(clock);
        Path bin = programs(work);
        policy(work);
        Files.createDirectories(
                data,
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        String authority = AuthorityKeys.open(data.resolve("keys"), "demo", clock).upstreamCaLine();
        Optional<Path> sshd = ThrowAwaySshd.binary();
        if (sshd.isPresent()) {
            var target = ThrowAwaySshd.start(sshd.get(), work.resolve("sshd"), authority);
            return join(work, data, issuer, target, target.port(), target.hostKey(), bin, "sshd");
        }
        Path home = Files.createDirectories(work.resolve("sshd"));
        var target = EmbeddedSshd.start(home, key(authority));
        return join(
                work, data, issuer, target, target.port(), target.hostKey(), bin, "embedded sshd");
    }

    private static DemoParts join(
            Path work,
            Path data,
            DemoIssuer issuer,
            AutoCloseable target,
            int port,
            String hostKey,
            Path bin,
            String targetIs)
            throws IOException {
        Path file = work.resolve("sallyport.yaml");
        String key = String.join(" ", hostKey.split(" ", 3)[0], hostKey.split(" ", 3)[1]);
        Files.writeString(
                file,
                """
                cluster: demo
                data: %s
                listen: { broker: "127.0.0.1:0", ssh: "127.0.0.1:0" }
                identity:
                  issuers:
                    - issuer: %s
                      audience: %s
                      agent: "demo/{sub}"
                      owner: "{owner}"
                      run: "{run}"
                      groups: [report-bots]
                policy: ./policy
                targets:
                  batch-1: { ssh: "127.0.0.1:%d", hostKey: "%s", auth: certificate }
                """
                        .formatted(
                                data.toAbsolutePath(),
                                issuer.url(),
                                DemoIssuer.AUDIENCE,
                                port,
                                key));
        try {
            Configuration configuration = ConfigurationFile.read(file);
            LocalNode node = LocalNode.start(configuration, Clock.systemUTC());
            return new DemoParts(issuer, target, node, bin, targetIs);
        } catch (IOException | RuntimeException e) {
            issuer.close();
            stop(target, e);
            throw e;
        }
    }

    /** A process of the demonstration must not outlive it. */
    private static void stop(AutoCloseable target, Exception because) {
        try {
            target.close();
        } catch (Exception e) {
            because.addSuppressed(e);
        }
    }

    private static PublicKey key(String line) throws IOException {
        try {
            return PublicKeyEntry.parsePublicKeyEntry(line)
                    .resolvePublicKey(null, null, PublicKeyEntryResolver.FAILING);
        } catch (java.security.GeneralSecurityException e) {
            throw new IOException("the authority's key cannot be read", e);
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

    private static void policy(Path work) throws IOException {
        Path policy = Files.createDirectories(work.resolve("policy"));
        String intents =
                resource("demo/policy/intents.yaml")
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

    /** What plays the target. */
    String targetIs() {
        return targetIs;
    }

    @Override
    public void close() throws IOException {
        node.close();
        try {
            target.close();
        } catch (IOException e) {
            throw e;
        } catch (Exception e) {
            throw new IOException("the target did not stop", e);
        }
        issuer.close();
    }
}
