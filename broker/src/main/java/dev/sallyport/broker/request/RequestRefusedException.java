package dev.sallyport.broker.request;

import dev.sallyport.access.Refusal;
import java.util.List;

/** Leaves the straight line of a request with a no; never leaves this package. */
final class RequestRefusedException extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient Refusal refusal;
    private final transient List<String> policies;

    RequestRefusedException(Refusal refusal, List<String> policies) {
        super(refusal.reason(), null, false, false);
        this.refusal = refusal;
        this.policies = policies;
    }

    RequestRefusedException(Refusal refusal) {
        this(refusal, List.of());
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
}
