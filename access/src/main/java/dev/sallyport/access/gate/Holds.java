package dev.sallyport.access.gate;

import dev.sallyport.access.Approval;
import dev.sallyport.access.Grant;
import dev.sallyport.access.Refusal;
import dev.sallyport.access.port.Broker;
import dev.sallyport.access.port.HoldAnswer;
import dev.sallyport.access.port.HoldRequest;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Asks humans through the broker, for as long as the session is open. Thread-safe. */
final class Holds {
    /** What humans said. */
    sealed interface Outcome {
        /** So many different people said yes to exactly what was shown. */
        record Yes(int approvals) implements Outcome {}

        record No(Refusal refusal) implements Outcome {}
    }

    private final Broker broker;
    private final Duration limit;

    Holds(Broker broker, Duration limit) {
        this.broker = broker;
        this.limit = limit;
    }

    /**
     * Waits for the answer, the session's end, the limit, or the caller's interruption; all but the
     * first withdraw the question.
     */
    Outcome ask(Session session, HoldRequest request) throws InterruptedException {
        var answer = new CompletableFuture<HoldAnswer>();
        Thread asker = Thread.ofVirtual().start(() -> complete(answer, request));
        try {
            Object first =
                    CompletableFuture.anyOf(answer, session.ended())
                            .get(limit.toMillis(), TimeUnit.MILLISECONDS);
            return switch (first) {
                case Refusal ended -> new Outcome.No(ended);
                case HoldAnswer said -> outcome(request, said);
                default -> throw new IllegalStateException("neither an answer nor an end");
            };
        } catch (TimeoutException e) {
            return new Outcome.No(Refusals.notAnswered(request));
        } catch (ExecutionException e) {
            // Whatever kept the broker from answering, nobody said yes.
            return new Outcome.No(Refusals.brokerUnreachable());
        } finally {
            asker.interrupt();
        }
    }

    private void complete(CompletableFuture<HoldAnswer> answer, HoldRequest request) {
        try {
            answer.complete(broker.hold(request));
        } catch (InterruptedException | RuntimeException e) {
            answer.completeExceptionally(e);
        }
    }

    private static Outcome outcome(HoldRequest request, HoldAnswer answer) {
        return switch (answer) {
            case HoldAnswer.Denied denied -> new Outcome.No(Refusals.saidNo(request));
            case HoldAnswer.NotAsked(String reason) -> new Outcome.No(Refusals.notAsked(reason));
            case HoldAnswer.TimedOut timedOut -> new Outcome.No(Refusals.notAnswered(request));
            case HoldAnswer.Approved approved ->
                    valid(request.grant(), approved) >= request.approvals()
                            ? new Outcome.Yes(request.approvals())
                            : new Outcome.No(
                                    Refusal.deny(
                                            "approval", "the approvals do not count for this"));
        };
    }

    /**
     * How many people said yes to one and the same text, none of them the agent or its owner. The
     * broker has checked this and more; a node does not run what it did not check itself.
     */
    private static int valid(Grant grant, HoldAnswer.Approved approved) {
        List<Approval> approvals = approved.approvals();
        boolean one =
                approvals.stream().map(Approval::shownHash).distinct().count() == 1
                        && approvals.stream()
                                .allMatch(approval -> approval.id().equals(approved.id()));
        return one
                ? (int)
                        approvals.stream()
                                .map(Approval::approver)
                                .filter(approver -> !approver.equals(grant.agent().owner()))
                                .filter(approver -> !approver.equals(grant.agent().id()))
                                .distinct()
                                .count()
                : 0;
    }
}
