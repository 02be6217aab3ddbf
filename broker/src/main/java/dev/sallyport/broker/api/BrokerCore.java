package dev.sallyport.broker.api;

import dev.sallyport.broker.LocalBroker;
import dev.sallyport.broker.approval.Approvals;
import dev.sallyport.broker.grant.Grants;
import dev.sallyport.broker.identity.CallerVerifier;
import dev.sallyport.broker.issue.AuthorityKeys;
import dev.sallyport.broker.kill.KillSwitch;
import dev.sallyport.broker.metrics.BrokerMetrics;
import dev.sallyport.broker.request.AccessRequests;

/**
 * Everything that the API calls, put together by the wiring.
 *
 * @param sources catalogue, policy and facts in force
 */
public record BrokerCore(
        String cluster,
        LocalBroker broker,
        LocalBroker.Sources sources,
        CallerVerifier callers,
        BrokerMetrics metrics,
        StatusSource status) {
    /** Puts what is true now beside what was counted: sessions, approvals, locks, recording. */
    void watch() {
        metrics.watch("sallyport.sessions.live", "sessions now", () -> status.sessions().size());
        metrics.watch("sallyport.locks", "locks now", () -> killSwitch().count());
        metrics.watch(
                "sallyport.approvals.open", "questions to humans now", approvals()::openCount);
        metrics.watch(
                "sallyport.recording",
                "1 while everything is recorded; at 0 nothing is admitted",
                () -> status.isRecording() ? 1 : 0);
    }

    AccessRequests requests() {
        return broker.requests();
    }

    Grants grants() {
        return broker.grants();
    }

    Approvals approvals() {
        return broker.approvals();
    }

    KillSwitch killSwitch() {
        return broker.killSwitch();
    }

    AuthorityKeys keys() {
        return broker.keys();
    }
}
