package dev.sallyport.proxy.ssh;

import dev.sallyport.proxy.ssh.mina.SocketSession;
import java.time.Duration;
import org.apache.sshd.client.session.ClientSession;
import org.apache.sshd.common.session.Session;
import org.apache.sshd.server.session.ServerSession;
import org.jspecify.annotations.Nullable;

/** The two connections that one session consists of, and the hand that cuts them. Thread-safe. */
final class Legs {
    /** How long a kill waits to see that no thread holds a socket any more. */
    private static final Duration CUT_PATIENCE = Duration.ofSeconds(1);

    /** How long a target has to take the word that its programs are to end; it is a small one. */
    private static final Duration CANCEL_PATIENCE = Duration.ofMillis(50);

    private final ServerSession front;
    private volatile @Nullable ClientSession upstream;
    private volatile boolean cut;

    Legs(ServerSession front) {
        this.front = front;
    }

    /** The connection to the target stands. */
    void dialled(ClientSession session) {
        upstream = session;
    }

    /** True while both are there and nobody has ended them. */
    boolean stand() {
        return upstream != null && !front.isClosing() && !cut;
    }

    /**
     * Cuts both, the agent's first, and returns when no byte passes any more.
     *
     * @param farewell says the last words to the target, for which there is a bounded time; MUST
     *     return at once
     */
    void cut(Runnable farewell) {
        cut = true;
        SocketSession near = socket(front);
        ClientSession far = upstream;
        if (far == null) {
            near.cut();
        } else {
            cut(near, socket(far), farewell);
        }
        near.awaitCut(CUT_PATIENCE);
    }

    /** The words are queued first, because channels close with the agent's connection. */
    private static void cut(SocketSession near, SocketSession far, Runnable farewell) {
        try {
            farewell.run();
        } finally {
            near.cut();
            far.awaitWritten(CANCEL_PATIENCE);
            far.cut();
        }
        far.awaitCut(CUT_PATIENCE);
    }

    /** The agent's connection is gone: closes the other one, unless it is being cut. */
    void close() {
        ClientSession far = upstream;
        if (far != null && !cut) {
            far.close(true);
        }
    }

    private static SocketSession socket(Session session) {
        return (SocketSession) session.getIoSession();
    }
}
