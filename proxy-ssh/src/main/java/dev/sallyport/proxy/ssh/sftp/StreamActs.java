package dev.sallyport.proxy.ssh.sftp;

import dev.sallyport.access.Refusal;
import dev.sallyport.access.act.SshAct;
import dev.sallyport.access.event.EventType;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Reads the bytes of one running program as acts (SFTP, scp), so that they are judged one by one.
 * Calls come one at a time for each direction, and both directions may come at once.
 */
public interface StreamActs {
    /** What to do next, in this order. */
    sealed interface Piece {
        /** Forward these bytes. */
        record Pass(byte[] bytes) implements Piece {}

        /** Send these bytes back to where the last ones came from. */
        record Answer(byte[] bytes) implements Piece {}

        /**
         * Judge {@code acts} one after the other; {@code then} is told of the first refusal, or of
         * none, and says how it goes on.
         */
        record Ask(List<SshAct> acts, Function<Optional<Refusal>, List<Piece>> then)
                implements Piece {
            public Ask {
                acts = List.copyOf(acts);
            }
        }

        /** Go on with {@code then} when {@code until} completes; later bytes wait behind. */
        record Wait(CompletableFuture<Void> until, Supplier<List<Piece>> then) implements Piece {}

        /** What came before has been forwarded: who waits for it goes on. */
        record GoOn(CompletableFuture<Void> waiting) implements Piece {}

        /** Something happened that belongs into the record. */
        record Note(EventType type, Map<String, Object> fields) implements Piece {}

        /** End the channel and say why. */
        record End(Refusal why) implements Piece {}
    }

    /** Bytes from the agent. */
    List<Piece> fromAgent(byte[] bytes);

    /** Bytes of the target's stdout. */
    List<Piece> fromTarget(byte[] bytes);

    /** A side is gone: who waits for it waits no more. Comes at any time. */
    default void gone() {}

    /** No byte comes any more: what is still to be noted. */
    List<Piece> end();

    /** Whether stdin and stdout are kept byte by byte; files are only counted and hashed. */
    boolean isKept();

    /** For programs whose bytes mean nothing to us. */
    StreamActs OPAQUE =
            new StreamActs() {
                @Override
                public List<Piece> fromAgent(byte[] bytes) {
                    return List.of(new Piece.Pass(bytes));
                }

                @Override
                public List<Piece> fromTarget(byte[] bytes) {
                    return List.of(new Piece.Pass(bytes));
                }

                @Override
                public List<Piece> end() {
                    return List.of();
                }

                @Override
                public boolean isKept() {
                    return true;
                }
            };
}
