package dev.sallyport.broker.api;

import dev.sallyport.access.Agent;
import dev.sallyport.access.Lock;
import dev.sallyport.access.policy.PolicyVerdict;
import dev.sallyport.broker.approval.Decision;
import dev.sallyport.broker.identity.AgentCaller;
import dev.sallyport.broker.identity.HumanCaller;
import dev.sallyport.broker.kill.KillAnswer;
import dev.sallyport.broker.policytest.Explanation;
import dev.sallyport.broker.store.Question;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Approvals, locks, status, the catalogue and what a request would take. */
final class HumanEndpoints {
    private final BrokerCore core;
    private final ApiJson json;

    HumanEndpoints(BrokerCore core, ApiJson json) {
        this.core = core;
        this.json = json;
    }

    ApiAnswer approvals(ApiCall call) throws ApiErrorException {
        List<ApiBody.ApprovalView> open =
                core.approvals().open(call.human()).stream().map(Views::approval).toList();
        return ApiAnswer.of(200, new ApiBody.ApprovalList(open), json);
    }

    ApiAnswer approval(ApiCall call) throws ApiErrorException {
        Optional<Question> found = core.approvals().find(call.human(), call.id());
        if (found.isEmpty()) {
            throw ApiErrorException.notFound();
        }
        return ApiAnswer.of(200, Views.approval(found.get()), json);
    }

    ApiAnswer decide(ApiCall call) throws ApiErrorException {
        var answer = call.body(ApiBody.Answer.class);
        Question.Vote vote =
                Arrays.stream(Question.Vote.values())
                        .filter(candidate -> candidate.word().equals(answer.vote()))
                        .findFirst()
                        .orElseThrow(
                                () -> ApiErrorException.malformed("vote is yes or no", "vote"));
        if (!answer.hash().matches("[0-9a-f]{64}")) {
            throw ApiErrorException.malformed("the hash of what was shown is needed", "hash");
        }
        Decision decision =
                core.approvals()
                        .decide(call.human(), call.id(), vote, answer.hash(), answer.comment());
        return switch (decision) {
            case Decision.Decided(var question) ->
                    ApiAnswer.of(200, Views.approval(question), json);
            case Decision.Refused(var refusal) -> ApiAnswer.refused(refusal);
        };
    }

    ApiAnswer lock(ApiCall call) throws ApiErrorException {
        var kill = call.body(ApiBody.Kill.class);
        Lock.Subject subject =
                Arrays.stream(Lock.Subject.values())
                        .filter(candidate -> candidate.word().equals(kill.subject()))
                        .findFirst()
                        .orElseThrow(
                                () -> ApiErrorException.malformed("no such subject", "subject"));
        long begin = System.nanoTime();
        KillAnswer answer =
                core.killSwitch().place(call.human(), subject, kill.value(), kill.reason());
        if (answer instanceof KillAnswer.Placed) {
            core.metrics().killed(Duration.ofNanos(System.nanoTime() - begin));
        }
        return answer(answer);
    }

    ApiAnswer locks(ApiCall call) throws ApiErrorException {
        call.human();
        List<ApiBody.LockView> locks = core.killSwitch().locks().stream().map(Views::lock).toList();
        return ApiAnswer.of(200, new ApiBody.LockList(locks), json);
    }

    ApiAnswer unlock(ApiCall call) throws ApiErrorException {
        return answer(core.killSwitch().lift(call.human(), call.id(), call.query("reason")));
    }

    private ApiAnswer answer(KillAnswer answer) {
        return switch (answer) {
            case KillAnswer.Placed placed -> ApiAnswer.of(201, placed(placed), json);
            case KillAnswer.Lifted(var lock) -> ApiAnswer.of(200, Views.lock(lock), json);
            case KillAnswer.Refused(var refusal) -> ApiAnswer.refused(refusal);
        };
    }

    private ApiBody.LockPlaced placed(KillAnswer.Placed placed) {
        return new ApiBody.LockPlaced(
                Views.lock(placed.lock()),
                placed.silentNodes(),
                placed.stored(),
                placed.recorded(),
                placed.sessions(),
                core.grants().covered(placed.lock()));
    }

    ApiAnswer status(ApiCall call) throws ApiErrorException {
        HumanCaller human = call.human();
        String version = getClass().getPackage().getImplementationVersion();
        var status =
                new ApiBody.Status(
                        core.cluster(),
                        version == null ? "development" : version,
                        core.sources().policy().get().version(),
                        core.status().isRecording(),
                        core.status().sessions(),
                        core.grants().list(human).size(),
                        core.approvals().open(human).size(),
                        core.killSwitch().count(),
                        core.killSwitch().feed().followers());
        return ApiAnswer.of(200, status, json);
    }

    ApiAnswer intents(ApiCall call) throws ApiErrorException {
        call.caller();
        List<ApiBody.IntentView> intents =
                core.sources().catalogue().get().intents().stream().map(Views::intent).toList();
        return ApiAnswer.of(200, new ApiBody.IntentList(intents), json);
    }

    ApiAnswer explain(ApiCall call) throws ApiErrorException {
        var ask = call.body(ApiBody.Explain.class);
        Agent agent =
                switch (call.caller()) {
                    case AgentCaller caller when ask.agent().equals(ApiBody.AgentView.SELF) ->
                            caller.agent();
                    case AgentCaller _ -> throw ApiErrorException.forbidden();
                    case HumanCaller _ -> agent(ask.agent());
                };
        var outcome =
                core.broker()
                        .explanations()
                        .of(call.caller(), agent, ask.intent(), ask.parameters());
        return switch (outcome) {
            case Explanation.Outcome.Unasked(var refusal) -> ApiAnswer.refused(refusal);
            case Explanation.Outcome.Asked asked -> ApiAnswer.of(200, explained(asked), json);
        };
    }

    private static Agent agent(ApiBody.AgentView view) throws ApiErrorException {
        try {
            return new Agent(view.id(), view.owner(), view.run(), view.groups());
        } catch (IllegalArgumentException e) {
            throw ApiErrorException.malformed("id, owner and run are needed", "agent");
        }
    }

    private static ApiBody.Explained explained(Explanation.Outcome.Asked asked) {
        return new ApiBody.Explained(
                asked.word(),
                asked.approvals(),
                asked.approvers(),
                asked.verdict().policies(),
                asked.verdict() instanceof PolicyVerdict.Deny ? "policy does not permit it" : "",
                asked.facts().texts());
    }
}
