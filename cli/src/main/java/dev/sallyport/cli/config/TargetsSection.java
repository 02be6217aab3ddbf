package dev.sallyport.cli.config;

import dev.sallyport.access.Protocol;
import dev.sallyport.access.Target;
import dev.sallyport.access.yaml.Mapping;
import dev.sallyport.access.yaml.Node;
import dev.sallyport.access.yaml.Scalar;
import dev.sallyport.proxy.db.DbTarget;
import dev.sallyport.proxy.ssh.HostKeyPin;
import dev.sallyport.proxy.ssh.SshTarget;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** The {@code targets} of the configuration: what can be reached, and how it proves itself. */
final class TargetsSection {
    static final Comparator<Target> BY_NAME = Comparator.comparing(Target::toString);

    private final List<Target> names = new ArrayList<>();
    private final List<SshTarget> ssh = new ArrayList<>();
    private final List<DbTarget> db = new ArrayList<>();
    private final Path directory;

    /**
     * @param directory what relative paths are relative to
     */
    TargetsSection(Path directory, Mapping section) {
        this.directory = directory;
        section.entries().forEach((name, node) -> target(section, name, node));
    }

    List<Target> names() {
        return names;
    }

    List<SshTarget> ssh() {
        return ssh;
    }

    List<DbTarget> db() {
        return db;
    }

    private void target(Mapping section, String name, Node node) {
        if (!(node instanceof Mapping target)) {
            section.problemAtKey(name, "a target is a mapping", "{ ssh: \"host:22\", … }");
            return;
        }
        List<Protocol> protocols =
                List.of(Protocol.values()).stream()
                        .filter(protocol -> target.has(protocol.word()))
                        .toList();
        if (protocols.size() != 1) {
            target.problem("a target has one protocol", "exactly one of ssh, db, k8s");
            return;
        }
        try {
            Target word = new Target(protocols.getFirst(), name);
            names.add(word);
            details(word, target);
        } catch (IllegalArgumentException e) {
            section.problemAtKey(name, "not a target's name", String.valueOf(e.getMessage()));
        }
    }

    private void details(Target word, Mapping target) {
        switch (word.protocol()) {
            case SSH -> ssh(word, target);
            case DB -> new DbTargetReader(directory, word, target).read().ifPresent(db::add);
            case K8S -> target.refuseUnknown("k8s", "context");
        }
    }

    private void ssh(Target word, Mapping target) {
        target.refuseUnknown("ssh", "hostKey", "auth");
        if (!target.text("auth", "certificate").equals("certificate")) {
            target.problemAtKey("auth", "unknown way to log in", "certificate");
        }
        Optional<HostAndPort> address = HostAndPort.parse(target.text("ssh"));
        if (address.isEmpty()) {
            target.problemAtKey("ssh", "not an SSH host", "host:port");
        }
        List<HostKeyPin> pins = pins(target);
        if (address.isPresent() && !pins.isEmpty()) {
            ssh.add(new SshTarget(word, address.get().host(), address.get().port(), pins));
        }
    }

    private static List<HostKeyPin> pins(Mapping target) {
        var pins = new ArrayList<HostKeyPin>();
        boolean isOne = target.find("hostKey").filter(Scalar.class::isInstance).isPresent();
        List<String> lines = isOne ? List.of(target.text("hostKey")) : target.texts("hostKey");
        for (String line : lines) {
            try {
                pins.add(HostKeyPin.parse(line));
            } catch (IllegalArgumentException e) {
                target.problemAtKey(
                        "hostKey",
                        "not a host key",
                        "\"ssh-ed25519 AAAA…\" or \"@cert-authority ssh-ed25519 AAAA…\"");
            }
        }
        if (pins.isEmpty()) {
            target.problemAtKey(
                    "hostKey", "a target needs its host key", "the output of ssh-keyscan, checked");
        }
        return pins;
    }
}
