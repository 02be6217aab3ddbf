package dev.sallyport.broker.approval;

import dev.sallyport.access.Agent;
import dev.sallyport.access.Words;
import dev.sallyport.access.port.HoldRequest;
import dev.sallyport.access.scope.DbScope;
import dev.sallyport.access.scope.K8sScope;
import dev.sallyport.access.scope.Scope;
import dev.sallyport.access.scope.SshScope;
import dev.sallyport.broker.intent.BoundIntent;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The text that approvers see, and its hash. One value per line; controls, line ends and invisible
 * characters inside a value are escaped, so that nothing an agent says can look like a line of
 * ours.
 */
public final class Shown {
    /** Longest text; more cannot be read with care, and is refused rather than cut. */
    public static final int MAX_LENGTH = 64 * 1024;

    private final StringBuilder text = new StringBuilder();

    private Shown() {}

    /** What an access request asks for. */
    public static String request(
            Agent agent,
            BoundIntent intent,
            Map<String, String> facts,
            Purpose purpose,
            Duration ttl,
            int needed,
            List<String> groups) {
        var shown = new Shown();
        shown.line("request", intent.intent().name() + ": " + intent.intent().description());
        shown.who(agent);
        shown.line("why", purpose.reason());
        shown.line("ticket", purpose.ticket().isEmpty() ? "none" : purpose.ticket());
        intent.parameters().forEach((name, v) -> shown.line("said by the agent", name + " = " + v));
        facts.forEach((name, value) -> shown.line("looked up", name + " = " + value));
        shown.line("risk", intent.intent().risk());
        shown.line("blast radius", radius(intent.scope()));
        intent.scope().forEach(scope -> shown.escaped("scope", scope(scope)));
        shown.line("lasts", ttl.toString());
        shown.asked(needed, groups);
        if (!purpose.evidence().isEmpty()) {
            purpose.evidence().lines().forEach(line -> shown.line("evidence", line));
        }
        return shown.text.toString();
    }

    /** Why an agent asks, in its own words. */
    public record Purpose(String reason, String ticket, String evidence) {}

    /** What a held act would do. */
    static String hold(HoldRequest request, List<String> groups) {
        var shown = new Shown();
        shown.line("held act", request.action() + " on " + request.target());
        shown.line("exactly", request.shown());
        shown.who(request.grant().agent());
        shown.line("intent", request.grant().intent());
        shown.line("why", request.grant().reason());
        shown.line(
                "ticket", request.grant().ticket().isEmpty() ? "none" : request.grant().ticket());
        request.grant()
                .parameters()
                .forEach((name, value) -> shown.line("said by the agent", name + " = " + value));
        request.grant()
                .facts()
                .forEach((name, value) -> shown.line("looked up", name + " = " + value));
        shown.line("session", request.session());
        shown.line("grant", request.grant().id() + " until " + request.grant().notAfter());
        shown.asked(request.approvals(), groups);
        shown.escaped("because of", request.rules().isEmpty() ? "policy" : list(request.rules()));
        return shown.text.toString();
    }

    /** Lower-case hex SHA-256 of {@code text} in UTF-8. */
    public static String hash(String text) {
        try {
            return HexFormat.of()
                    .formatHex(
                            MessageDigest.getInstance("SHA-256")
                                    .digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    private void who(Agent agent) {
        line("agent", agent.id() + " (run " + agent.run() + ")");
        line("on behalf of", agent.owner());
    }

    private void asked(int needed, List<String> groups) {
        escaped("needs", needed + " of " + list(groups));
    }

    private void line(String label, String value) {
        escaped(label, escape(value));
    }

    /** A line whose value is composed of parts that are escaped already. */
    private void escaped(String label, String value) {
        text.append(label).append(": ").append(value).append('\n');
    }

    private static String escape(String value) {
        var escaped = new StringBuilder();
        value.codePoints()
                .forEach(point -> {
                    if (point == '\\') {
                        escaped.append("\\\\");
                    } else if (Words.isVisible(point)) {
                        escaped.appendCodePoint(point);
                    } else {
                        escaped.append("\\u{").append(Integer.toHexString(point)).append('}');
                    }
                });
        return escaped.toString();
    }

    /** A value that cannot end before its closing quote. */
    private static String quote(String value) {
        return '"' + escape(value).replace("\"", "\\\"") + '"';
    }

    private static String radius(List<Scope> scopes) {
        return scopes.stream()
                .map(scope -> scope.target() + (isWriting(scope) ? " (can change)" : " (can read)"))
                .distinct()
                .collect(Collectors.joining(", "));
    }

    private static boolean isWriting(Scope scope) {
        return switch (scope) {
            case SshScope ssh -> ssh.shell() || !ssh.exec().isEmpty() || !ssh.write().isEmpty();
            case DbScope db -> db.operations().stream().anyMatch(word -> !word.equals("select"));
            case K8sScope k8s ->
                    k8s.verbs().stream()
                            .anyMatch(verb ->
                                    !List.of("get", "list", "watch", "logs").contains(verb));
        };
    }

    private static String scope(Scope scope) {
        String rights =
                switch (scope) {
                    case SshScope ssh ->
                            """
                            login %s exec %s shell %s read %s write %s forward %s listen %s \
                            agent %s x11 %s env %s\
                            """
                                    .formatted(
                                            escape(ssh.login()),
                                            list(ssh.exec()),
                                            ssh.shell(),
                                            list(ssh.read()),
                                            list(ssh.write()),
                                            list(ssh.forward()),
                                            list(ssh.listen()),
                                            ssh.agentForwarding(),
                                            ssh.x11(),
                                            list(ssh.environment()));
                    case DbScope db ->
                            "role %s operations %s tables %s functions %s settings %s%s"
                                    .formatted(
                                            escape(db.role()),
                                            list(db.operations()),
                                            list(db.tables()),
                                            list(db.functions()),
                                            settings(db.settings()),
                                            db.reviewCommit() ? " commits reviewed" : "");
                    case K8sScope k8s ->
                            "groups %s namespaces %s verbs %s resources %s"
                                    .formatted(
                                            list(k8s.groups()),
                                            list(k8s.namespaces()),
                                            list(k8s.verbs()),
                                            list(k8s.resources()));
                };
        return scope.target() + " " + rights + " budget " + scope.budget().limits();
    }

    private static String list(List<String> words) {
        return words.stream().map(Shown::quote).collect(Collectors.joining(", ", "[", "]"));
    }

    private static String settings(Map<String, String> settings) {
        return new TreeMap<>(settings)
                .entrySet().stream()
                        .map(each -> quote(each.getKey()) + ": " + quote(each.getValue()))
                        .collect(Collectors.joining(", ", "{", "}"));
    }
}
