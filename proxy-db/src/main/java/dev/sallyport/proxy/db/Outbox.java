package dev.sallyport.proxy.db;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;

/**
 * What waits for its record: messages towards the server, in order, each of which leaves only when
 * its events are durable. Owned by the event loop of its channel.
 */
final class Outbox {
    private static final CompletableFuture<Void> NOTHING = CompletableFuture.completedFuture(null);

    private record Letter(ByteBuf frame, CompletableFuture<Void> durable, Runnable sent) {}

    private final Channel server;
    private final Runnable unrecordable;
    private final Deque<Letter> letters = new ArrayDeque<>();
    private boolean closed;

    /**
     * @param unrecordable is told when something could not be written down; nothing leaves after
     */
    Outbox(Channel server, Runnable unrecordable) {
        this.server = server;
        this.unrecordable = unrecordable;
    }

    /** A message that nobody has to write down first. Takes {@code frame} over. */
    void add(ByteBuf frame, Runnable sent) {
        add(frame, NOTHING, sent);
    }

    /**
     * A message. Takes {@code frame} over.
     *
     * @param durable completes when it may leave
     * @param sent runs right before it leaves
     */
    void add(ByteBuf frame, CompletableFuture<Void> durable, Runnable sent) {
        if (closed) {
            frame.release();
            return;
        }
        letters.add(new Letter(frame, durable, sent));
        if (!durable.isDone()) {
            durable.whenComplete((kept, failure) -> server.eventLoop().execute(this::drain));
        }
    }

    /** True when nothing waits. */
    boolean isEmpty() {
        return letters.isEmpty();
    }

    /** Sends what may leave. */
    void drain() {
        boolean wrote = false;
        while (!closed && !letters.isEmpty() && letters.peek().durable().isDone()) {
            Letter letter = letters.remove();
            if (letter.durable().isCompletedExceptionally()) {
                letter.frame().release();
                close();
                unrecordable.run();
                return;
            }
            letter.sent().run();
            server.write(letter.frame(), server.voidPromise());
            wrote = true;
        }
        if (wrote) {
            server.flush();
        }
    }

    /** Nothing leaves any more. */
    void close() {
        closed = true;
        letters.forEach(letter -> letter.frame().release());
        letters.clear();
    }
}
