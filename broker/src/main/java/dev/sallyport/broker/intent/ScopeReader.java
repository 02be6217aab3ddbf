package dev.sallyport.broker.intent;

import dev.sallyport.access.Protocol;
import dev.sallyport.access.Target;
import dev.sallyport.access.scope.Budget;
import dev.sallyport.access.scope.DbScope;
import dev.sallyport.access.scope.K8sScope;
import dev.sallyport.access.scope.Scope;
import dev.sallyport.access.scope.SshScope;
import dev.sallyport.access.yaml.Mapping;
import java.util.EnumMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Reads one scope of an intent. What is not there is not granted. */
final class ScopeReader {
    private final Set<Target> targets;

    ScopeReader(Set<Target> targets) {
        this.targets = targets;
    }

    /** The scope, or empty when it has a mistake that leaves nothing to check. */
    Optional<ScopeTemplate> read(Mapping mapping) {
        List<Protocol> named =
                Stream.of(Protocol.values()).filter(p -> mapping.has(p.word())).toList();
        if (named.size() != 1) {
            mapping.problem("a scope names one target", "ssh: TARGET, db: TARGET or k8s: TARGET");
            return Optional.empty();
        }
        Protocol protocol = named.getFirst();
        try {
            Target target = new Target(protocol, mapping.text(protocol.word()));
            checkTarget(mapping, target);
            return Optional.of(new ScopeTemplate(scope(mapping, target)));
        } catch (IllegalArgumentException e) {
            // The records check themselves; their messages name the field and no value.
            mapping.problem(String.valueOf(e.getMessage()), "a scope as in the manual");
            return Optional.empty();
        }
    }

    private void checkTarget(Mapping mapping, Target target) {
        if (!targets.isEmpty() && !targets.contains(target)) {
            List<String> known =
                    targets.stream()
                            .filter(t -> t.protocol() == target.protocol())
                            .map(Target::name)
                            .sorted()
                            .toList();
            mapping.problemAtKey(
                    target.protocol().word(),
                    "there is no such target",
                    known.isEmpty() ? "a configured target" : "one of " + known);
        }
    }

    private static Scope scope(Mapping mapping, Target target) {
        return switch (target.protocol()) {
            case SSH -> ssh(mapping, target);
            case DB -> db(mapping, target);
            case K8S -> k8s(mapping, target);
        };
    }

    private static SshScope ssh(Mapping mapping, Target target) {
        mapping.refuseUnknown(
                "ssh",
                "login",
                "exec",
                "shell",
                "sftp",
                "forward",
                "listen",
                "agentForwarding",
                "x11",
                "env",
                "budget");
        Optional<Mapping> sftp = mapping.optionalMapping("sftp");
        sftp.ifPresent(map -> map.refuseUnknown("read", "write"));
        return new SshScope(
                target,
                mapping.text("login"),
                mapping.texts("exec"),
                mapping.bool("shell", false),
                sftp.map(map -> paths(map, "read")).orElse(List.of()),
                sftp.map(map -> paths(map, "write")).orElse(List.of()),
                mapping.texts("forward"),
                mapping.texts("listen"),
                mapping.bool("agentForwarding", false),
                mapping.bool("x11", false),
                mapping.texts("env"),
                budget(mapping));
    }

    private static List<String> paths(Mapping sftp, String key) {
        List<String> paths = sftp.texts(key);
        if (paths.stream().anyMatch(path -> !path.startsWith("/"))) {
            sftp.problemAtKey(key, "a path is not absolute", "/srv/reports/**");
        }
        return paths;
    }

    private static DbScope db(Mapping mapping, Target target) {
        mapping.refuseUnknown(
                "db", "role", "operations", "tables", "functions", "settings", "commit", "budget");
        boolean review = mapping.text("commit", "direct").equals("review");
        if (!review && !mapping.text("commit", "direct").equals("direct")) {
            mapping.problemAtKey("commit", "unknown way to commit", "direct or review");
        }
        return new DbScope(
                target,
                mapping.text("role"),
                mapping.texts("operations"),
                mapping.texts("tables"),
                mapping.texts("functions"),
                mapping.textMap("settings"),
                review,
                budget(mapping));
    }

    private static K8sScope k8s(Mapping mapping, Target target) {
        mapping.refuseUnknown("k8s", "groups", "namespaces", "verbs", "resources", "budget");
        return new K8sScope(
                target,
                mapping.texts("groups"),
                mapping.texts("namespaces"),
                mapping.texts("verbs"),
                mapping.texts("resources"),
                budget(mapping));
    }

    private static Budget budget(Mapping mapping) {
        var limits = new EnumMap<Budget.Unit, Long>(Budget.Unit.class);
        mapping.optionalMapping("budget")
                .ifPresent(map -> {
                    map.refuseUnknown(
                            Stream.of(Budget.Unit.values()).map(Budget.Unit::word).toList());
                    for (Budget.Unit unit : Budget.Unit.values()) {
                        if (map.has(unit.word())) {
                            limits.put(unit, limit(map, unit));
                        }
                    }
                });
        return new Budget(limits);
    }

    private static long limit(Mapping map, Budget.Unit unit) {
        return unit == Budget.Unit.BYTES
                ? map.size(unit.word())
                : map.integer(unit.word(), 0, Long.MAX_VALUE);
    }
}
