package dev.sallyport.access.gate;

import dev.sallyport.access.Refusal;

/** Whether a session may begin. */
public sealed interface Admission {
    /**
     * It has begun: it counts, and locks reach it. The proxy MUST call {@link Session#finished}.
     */
    record Admitted(Session session) implements Admission {}

    /** It may not; the refusal holds the true reason, which is not for the peer. */
    record Refused(Refusal refusal) implements Admission {}
}
