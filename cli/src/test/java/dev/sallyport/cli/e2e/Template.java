package dev.sallyport.cli.e2e;

import dev.sallyport.cli.Main;
import dev.sallyport.cli.demo.DemoIssuer;
import dev.sallyport.cli.demo.ThrowAwaySshd;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;

/** The files of a {@link Stand}: configuration, intents, policies and the target's programs. */
final class Template {
    static final String CLUSTER = "test";

    private static final String INTENTS =
            """
            intent: report
            description: One customer's report, nothing else
            risk: low
            parameters: { customer: { type: long } }
            ttl: 10m
            scope:
              - { ssh: batch, login: "@LOGIN@", exec: ["@DIR@/bin/report --customer {customer}"] }
            approvers: [owners]
            ---
            intent: work
            description: Any program of the batch host, no shell
            risk: low
            ttl: 10m
            scope:
              - { ssh: batch, login: "@LOGIN@", exec: ["@DIR@/bin/* **"] }
            approvers: [owners]
            ---
            intent: shell
            description: A shell
            risk: high
            ttl: 10m
            scope:
              - { ssh: batch, login: "@LOGIN@", exec: ["@DIR@/bin/* **"], shell: true }
            approvers: [owners]
            ---
            intent: files
            description: Files of one directory
            risk: low
            ttl: 10m
            scope:
              - ssh: batch
                login: "@LOGIN@"
                sftp: { read: ["@DIR@/files/**"], write: ["@DIR@/files/**"] }
            approvers: [owners]
            ---
            intent: reviewed
            description: Needs a human before there is a grant
            risk: high
            ttl: 10m
            scope:
              - { ssh: batch, login: "@LOGIN@", exec: ["@DIR@/bin/* **"] }
            approvers: [owners]
            """;

    private static final String POLICY =
            """
            @id("agents-may-ask")
            permit (principal in Group::"agents", action == Action::"request", resource);

            @id("reviewed-needs-a-human")
            @approvers("owners")
            forbid (principal, action == Action::"request", resource == Intent::"reviewed")
            unless { context.approvals >= 1 };

            @id("acts-in-scope")
            permit (principal, action in Action::"act", resource);

            @id("careful-needs-a-human")
            @approvers("owners")
            @reason("this program needs a human")
            forbid (principal, action == Action::"ssh:exec", resource)
            when { context.command like "*/bin/careful *" }
            unless { context.approvals >= 1 };
            """;

    /** Programs by name; {@code @DIR@} is the stand's directory. */
    private static final Map<String, String> PROGRAMS =
            Map.of(
                    "report", "echo \"report for customer $2\"",
                    "mark", "echo \"$*\" > \"@DIR@/marks/$1\"",
                    "careful", "echo \"$*\" > \"@DIR@/marks/$1\"; echo \"careful $*\"",
                    "pass", "exec cat",
                    "both", "exec tee /dev/stderr",
                    "complain", "cat > /dev/null; cat \"$1\" >&2",
                    "emit", "exec cat \"$1\"",
                    "swallow", "exec cat > \"$1\"",
                    "fail", "exit \"$1\"",
                    "follow", "for i in $(seq 1 \"$1\"); do echo \"line $i\"; sleep 0.05; done");

    private Template() {}

    static void write(Path work) throws IOException {
        Path bin = Files.createDirectories(work.resolve("bin"));
        Files.createDirectories(work.resolve("marks"));
        Files.createDirectories(work.resolve("files"));
        for (var program : PROGRAMS.entrySet()) {
            Path file = bin.resolve(program.getKey());
            Files.writeString(file, "#!/bin/sh\n" + filled(program.getValue(), work) + "\n");
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
        }
        Path policy = Files.createDirectories(work.resolve("policy"));
        Files.writeString(policy.resolve("intents.yaml"), filled(INTENTS, work));
        Files.writeString(policy.resolve("rules.cedar"), POLICY);
        try (InputStream schema =
                Objects.requireNonNull(Main.class.getResourceAsStream("schema.cedarschema"))) {
            Files.write(policy.resolve("schema.cedarschema"), schema.readAllBytes());
        }
    }

    static Path configuration(Path work, DemoIssuer issuer, ThrowAwaySshd target, Duration holds)
            throws IOException {
        String[] key = target.hostKey().split(" ", 3);
        return Files.writeString(
                work.resolve("sallyport.yaml"),
                """
                cluster: %s
                data: ./data
                listen: { broker: "127.0.0.1:0", ssh: "127.0.0.1:0" }
                identity:
                  issuers:
                    - issuer: %s
                      audience: %s
                      agent: "test/{sub}"
                      owner: "{owner}"
                      run: "{run}"
                      groups: [agents]
                policy: ./policy
                targets:
                  batch: { ssh: "127.0.0.1:%d", hostKey: "%s %s" }
                holds: %ds
                """
                        .formatted(
                                CLUSTER,
                                issuer.url(),
                                DemoIssuer.AUDIENCE,
                                target.port(),
                                key[0],
                                key[1],
                                holds.toSeconds()),
                StandardCharsets.UTF_8);
    }

    private static String filled(String text, Path work) {
        return text.replace("@DIR@", work.toString())
                .replace("@LOGIN@", System.getProperty("user.name"));
    }
}
