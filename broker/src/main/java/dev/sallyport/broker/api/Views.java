package dev.sallyport.broker.api;

import dev.sallyport.access.Grant;
import dev.sallyport.access.Lock;
import dev.sallyport.access.scope.Budget;
import dev.sallyport.access.scope.DbScope;
import dev.sallyport.access.scope.K8sScope;
import dev.sallyport.access.scope.Scope;
import dev.sallyport.access.scope.SshScope;
import dev.sallyport.broker.intent.Intent;
import dev.sallyport.broker.store.Question;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** From the broker's own words to the API's shapes. */
final class Views {
    private Views() {}

    static ApiBody.GrantView grant(Grant grant, String state) {
        return new ApiBody.GrantView(
                grant.id(),
                state,
                grant.agent().id(),
                grant.agent().owner(),
                grant.agent().run(),
                grant.intent(),
                grant.parameters(),
                grant.reason(),
                grant.ticket(),
                grant.scope().stream().map(Views::scope).toList(),
                grant.notBefore(),
                grant.notAfter());
    }

    static ApiBody.ApprovalView approval(Question question) {
        return new ApiBody.ApprovalView(
                question.id(),
                question.kind().word(),
                question.state().word(),
                question.agent().id(),
                question.agent().owner(),
                question.agent().run(),
                question.intent(),
                question.grant(),
                question.session(),
                question.shown(),
                question.hash(),
                question.needed(),
                question.groups(),
                question.askedAt(),
                question.expiresAt(),
                question.ballots().stream().map(Views::vote).toList());
    }

    private static ApiBody.VoteView vote(Question.Ballot ballot) {
        return new ApiBody.VoteView(
                ballot.approver(), ballot.vote().word(), ballot.comment(), ballot.at());
    }

    static ApiBody.LockView lock(Lock lock) {
        return new ApiBody.LockView(
                lock.id(),
                lock.subject().word(),
                lock.value(),
                lock.cause().name().toLowerCase(Locale.ROOT),
                lock.reason(),
                lock.by(),
                lock.at());
    }

    static ApiBody.IntentView intent(Intent intent) {
        return new ApiBody.IntentView(
                intent.name(),
                intent.description(),
                intent.risk(),
                intent.ttl().toSeconds(),
                intent.parameters().values().stream()
                        .map(p ->
                                new ApiBody.ParameterView(
                                        p.name(),
                                        p.type().word(),
                                        p.optional(),
                                        p.pattern(),
                                        p.values()))
                        .toList(),
                intent.scope().stream().map(scope -> scope.target().toString()).distinct().toList(),
                intent.approvers());
    }

    /** A scope in the words of the catalogue. */
    static Map<String, Object> scope(Scope scope) {
        var view = new LinkedHashMap<String, Object>();
        view.put(scope.target().protocol().word(), scope.target().name());
        switch (scope) {
            case SshScope ssh -> {
                view.put("login", ssh.login());
                view.put("exec", ssh.exec());
                view.put("shell", ssh.shell());
                view.put("sftp", Map.of("read", ssh.read(), "write", ssh.write()));
                view.put("forward", ssh.forward());
                view.put("listen", ssh.listen());
                view.put("agentForwarding", ssh.agentForwarding());
                view.put("x11", ssh.x11());
                view.put("env", ssh.environment());
            }
            case DbScope db -> {
                view.put("role", db.role());
                view.put("operations", db.operations());
                view.put("tables", db.tables());
                view.put("functions", db.functions());
                view.put("settings", db.settings());
                view.put("commit", db.reviewCommit() ? "review" : "direct");
            }
            case K8sScope k8s -> {
                view.put("groups", k8s.groups());
                view.put("namespaces", k8s.namespaces());
                view.put("verbs", k8s.verbs());
                view.put("resources", k8s.resources());
            }
        }
        view.put("budget", budget(scope.budget()));
        return view;
    }

    private static Map<String, Long> budget(Budget budget) {
        var limits = new TreeMap<String, Long>();
        budget.limits().forEach((unit, limit) -> limits.put(unit.word(), limit));
        return limits;
    }
}
