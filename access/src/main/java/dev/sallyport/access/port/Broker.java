package dev.sallyport.access.port;

import dev.sallyport.access.scope.Budget;

/**
 * The broker, as a proxy sees it: in-process or over mTLS, nothing else may know which.
 * Thread-safe; every call blocks, so call it on a virtual thread.
 */
public interface Broker {
    /**
     * Subscribes to locks. MUST call {@link KillFeed#replace} with all current locks before it
     * returns, then {@link KillFeed#heartbeat} every second and every change as it happens. Placing
     * a lock returns to the operator only after it is in force and {@link KillFeed.InForce#closed}
     * on every node that is connected.
     */
    Subscription follow(KillFeed feed);

    /**
     * Asks humans about a held act and waits for their answer, the time-out or the caller's
     * interruption (which withdraws the question).
     */
    HoldAnswer hold(HoldRequest request) throws InterruptedException;

    /**
     * Takes up to {@code wanted} from what is left of a grant's budget on a target, over all nodes.
     *
     * @param limit the budget's limit, from the verified grant
     * @return how much was taken: between 0 and {@code wanted}
     */
    long lease(String grant, String target, Budget.Unit unit, long limit, long wanted);

    /**
     * Signs a just-in-time SSH user certificate for a proxy's own key, for one session on one
     * target.
     *
     * @return the certificate in OpenSSH's one-line format
     * @throws BrokerUnreachableException when the broker cannot be asked
     */
    String upstreamCertificate(UpstreamCertificateRequest request);

    /** Ends a subscription. */
    interface Subscription extends AutoCloseable {
        @Override
        void close();
    }
}
