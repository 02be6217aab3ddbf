package dev.sallyport.broker.request;

import dev.sallyport.access.Refusal;
import dev.sallyport.broker.policytest.Explanation;
import java.util.List;

/** Leaves the straight line of a request with a no; never leaves this package. */
final class RequestRefusedException extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient Refusal refusal;
    private final transient List<String> policies;
    private final String because;

    private RequestRefusedException(Refusal refusal, List<String> policies, String because) {
        super(refusal.reason(), null, false, false);
        this.refusal = refusal;
        this.policies = policies;
        this.because = because;
    }

    RequestRefusedException(Refusal refusal, List<String> policies) {
        this(refusal, policies, refusal.reason());
    }

    RequestRefusedException(Refusal refusal) {
        this(refusal, List.of());
    }

    /** A fact could not be had; why is for the record, and not for the agent. */
    static RequestRefusedException facts(String because) {
        return new RequestRefusedException(
                Refusal.deny(Explanation.FACTS, Explanations.UNAVAILABLE), List.of(), because);
    }

    static RequestRefusedException deny(String rule, String reason) {
        return new RequestRefusedException(Refusal.deny(rule, reason));
    }

    Refusal refusal() {
        return refusal;
    }

    List<String> policies() {
        return policies;
    }

    /** The true reason, for the record. */
    String because() {
        return because;
    }
}
