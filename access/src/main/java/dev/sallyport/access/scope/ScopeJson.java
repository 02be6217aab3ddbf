package dev.sallyport.access.scope;

import dev.sallyport.access.Target;
import dev.sallyport.access.json.JsonObject;
import java.util.Arrays;
import java.util.Collection;
import java.util.EnumMap;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Scopes as JSON, the way they stand in a signed grant: every field is always there, and an unknown
 * one is refused. Stateless.
 */
public final class ScopeJson {
    private ScopeJson() {}

    /** The JSON object of {@code scope}; {@link #read} gives the same scope back. */
    public static ObjectNode write(Scope scope) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("target", scope.target().toString());
        switch (scope) {
            case SshScope ssh -> writeSsh(json, ssh);
            case DbScope db -> writeDb(json, db);
            case K8sScope k8s -> writeK8s(json, k8s);
        }
        ObjectNode budget = json.putObject("budget");
        scope.budget().limits().forEach((unit, limit) -> budget.put(unit.word(), limit));
        return json;
    }

    /**
     * Reads a scope.
     *
     * @throws IllegalArgumentException when a field is missing, unknown or wrong
     */
    public static Scope read(JsonObject json) {
        Target target = Target.parse(json.text("target"));
        Budget budget = readBudget(json.numberMap("budget"));
        Scope scope =
                switch (target.protocol()) {
                    case SSH -> readSsh(json, target, budget);
                    case DB -> readDb(json, target, budget);
                    case K8S -> readK8s(json, target, budget);
                };
        json.end();
        return scope;
    }

    private static void writeSsh(ObjectNode json, SshScope scope) {
        json.put("login", scope.login());
        putTexts(json, "exec", scope.exec());
        json.put("shell", scope.shell());
        putTexts(json, "read", scope.read());
        putTexts(json, "write", scope.write());
        putTexts(json, "forward", scope.forward());
        putTexts(json, "listen", scope.listen());
        json.put("agentForwarding", scope.agentForwarding());
        json.put("x11", scope.x11());
        putTexts(json, "environment", scope.environment());
    }

    private static SshScope readSsh(JsonObject json, Target target, Budget budget) {
        return new SshScope(
                target,
                json.text("login"),
                json.texts("exec"),
                json.bool("shell"),
                json.texts("read"),
                json.texts("write"),
                json.texts("forward"),
                json.texts("listen"),
                json.bool("agentForwarding"),
                json.bool("x11"),
                json.texts("environment"),
                budget);
    }

    private static void writeDb(ObjectNode json, DbScope scope) {
        json.put("role", scope.role());
        putTexts(json, "operations", scope.operations());
        putTexts(json, "tables", scope.tables());
        putTexts(json, "functions", scope.functions());
        json.put("reviewCommit", scope.reviewCommit());
        ObjectNode settings = json.putObject("settings");
        new TreeMap<>(scope.settings()).forEach(settings::put);
    }

    private static DbScope readDb(JsonObject json, Target target, Budget budget) {
        return new DbScope(
                target,
                json.text("role"),
                json.texts("operations"),
                json.texts("tables"),
                json.texts("functions"),
                json.textMap("settings"),
                json.bool("reviewCommit"),
                budget);
    }

    private static void writeK8s(ObjectNode json, K8sScope scope) {
        putTexts(json, "groups", scope.groups());
        putTexts(json, "namespaces", scope.namespaces());
        putTexts(json, "verbs", scope.verbs());
        putTexts(json, "resources", scope.resources());
    }

    private static K8sScope readK8s(JsonObject json, Target target, Budget budget) {
        return new K8sScope(
                target,
                json.texts("groups"),
                json.texts("namespaces"),
                json.texts("verbs"),
                json.texts("resources"),
                budget);
    }

    private static Budget readBudget(Map<String, Long> words) {
        var limits = new EnumMap<Budget.Unit, Long>(Budget.Unit.class);
        words.forEach((word, limit) -> limits.put(unit(word), limit));
        return new Budget(limits);
    }

    private static Budget.Unit unit(String word) {
        return Arrays.stream(Budget.Unit.values())
                .filter(unit -> unit.word().equals(word))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("unknown budget unit"));
    }

    private static void putTexts(ObjectNode json, String field, Collection<String> texts) {
        ArrayNode array = json.putArray(field);
        texts.forEach(array::add);
    }
}
