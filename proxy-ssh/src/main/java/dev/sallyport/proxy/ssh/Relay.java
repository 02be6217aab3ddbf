package dev.sallyport.proxy.ssh;

import java.util.ArrayDeque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * One direction of a channel: steps that run one after the other, in the order in which the wire
 * brought them. A step may take its time (a verdict, a human, a full window) without any thread:
 * what came later waits behind it, and the channel's window bounds how much that can be.
 */
final class Relay {
    /** One message's way; completes when the next one may go. */
    @FunctionalInterface
    interface Step {
        CompletionStage<Void> run();
    }

    static final CompletionStage<Void> DONE = CompletableFuture.completedFuture(null);

    /**
     * Steps that may wait: a window of data in the smallest useful packets, and then some. Without
     * it a peer could queue requests, which no window counts.
     */
    private static final int MAX_WAITING = 64 * 1024;

    private final ArrayDeque<Step> waiting = new ArrayDeque<>(); // guarded by this
    private final Runnable broken;
    private boolean running; // guarded by this

    /**
     * @param broken ends the connection: its peer sends more than can honestly wait, or a step
     *     failed
     */
    Relay(Runnable broken) {
        this.broken = broken;
    }

    /** Queues a step and runs it when its turn is now. */
    void add(Step step) {
        boolean full;
        synchronized (this) {
            full = waiting.size() >= MAX_WAITING;
            if (full) {
                waiting.clear();
            } else {
                waiting.add(step);
                if (running) {
                    return;
                }
                running = true;
            }
        }
        if (full) {
            broken.run();
        } else {
            pump();
        }
    }

    private void pump() {
        while (true) {
            Step step;
            synchronized (this) {
                step = waiting.poll();
                if (step == null) {
                    running = false;
                    return;
                }
            }
            var turn = new AtomicBoolean();
            run(step)
                    .whenComplete((done, failure) -> {
                        if (failure != null) {
                            broken.run(); // Later steps may rest on this one.
                        }
                        if (!turn.compareAndSet(false, true)) {
                            pump();
                        }
                    });
            if (turn.compareAndSet(false, true)) {
                return; // Not complete yet: whoever completes it goes on, so that stacks stay flat.
            }
        }
    }

    private CompletionStage<Void> run(Step step) {
        try {
            return step.run();
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }
}
