package dev.sallyport.access.act;

import java.util.Map;

/**
 * One thing that a session wants to do, understood from the protocol's bytes and not yet judged.
 * {@link dev.sallyport.access.gate.SessionGate} judges it against scope and policy.
 */
public sealed interface Act permits SshAct, DbAct {
    /** Cedar action, for example {@code ssh:exec}. */
    String action();

    /**
     * Exactly what a human is shown and what an approval's hash covers: complete, one text,
     * controls escaped by whoever prints it.
     */
    String shown();

    /**
     * Attributes for policy context and for the event; values are String, Long, Boolean or List.
     */
    Map<String, Object> attributes();

    /**
     * True when classified values can be taken out of its answer, so that policy may ask for it.
     */
    default boolean canBeMasked() {
        return false;
    }
}
