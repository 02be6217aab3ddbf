package dev.sallyport.proxy.ssh;

import java.util.ArrayDeque;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * Answers one side's requests in the order in which they came (RFC 4254 §5.4), although some are
 * answered here and others by the far side.
 */
final class Replies {
    /** The place of one request's answer. */
    final class Slot {
        private final boolean wanted;
        private int answer = -1; // guarded by Replies.this

        private Slot(boolean wanted) {
            this.wanted = wanted;
        }

        boolean isWanted() {
            return wanted;
        }

        /** Answers; only the first answer counts. */
        void answer(boolean success) {
            if (wanted) {
                settle(this, success);
            }
        }
    }

    private final ArrayDeque<Slot> unanswered = new ArrayDeque<>(); // guarded by this
    private final ArrayDeque<Slot> forwarded = new ArrayDeque<>(); // guarded by this
    private final AtomicInteger unsolicited = new AtomicInteger();
    private final Consumer<Boolean> send;

    Replies(Consumer<Boolean> send) {
        this.send = send;
    }

    /** Takes the next place in the order. */
    synchronized Slot next(boolean wanted) {
        var slot = new Slot(wanted);
        if (wanted) {
            unanswered.add(slot);
        }
        return slot;
    }

    /** The far side will answer this one. */
    synchronized void forwarded(Slot slot) {
        if (slot.wanted) {
            forwarded.add(slot);
        }
    }

    /** The far side answered; an answer that nobody asked for is counted and dropped. */
    void arrived(boolean success) {
        Slot slot;
        synchronized (this) {
            slot = forwarded.poll();
        }
        if (slot == null) {
            unsolicited.incrementAndGet();
        } else {
            settle(slot, success);
        }
    }

    /** Answers that nobody had asked for. */
    int unsolicited() {
        return unsolicited.get();
    }

    private synchronized void settle(Slot slot, boolean success) {
        if (slot.answer < 0) {
            slot.answer = success ? 1 : 0;
        }
        for (Slot head = unanswered.peek();
                head != null && head.answer >= 0;
                head = unanswered.peek()) {
            unanswered.poll();
            send.accept(head.answer == 1);
        }
    }
}
