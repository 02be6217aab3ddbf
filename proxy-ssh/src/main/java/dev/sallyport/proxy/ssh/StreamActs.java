package dev.sallyport.proxy.ssh;

import dev.sallyport.access.act.SshAct;
import dev.sallyport.access.event.EventType;
import java.util.List;
import java.util.Map;

/**
 * Reads the bytes of one running program as acts (SFTP, scp), so that they are judged one by one.
 * Calls come one at a time for each direction.
 */
interface StreamActs {
    /** What to do with the next bytes, in this order. */
    sealed interface Piece {
        /** Forward them. */
        record Pass(byte[] bytes) implements Piece {}

        /**
         * Judge first. An allowed act's bytes are forwarded; for a denied one {@code refusal} goes
         * back to the agent as if the target had said it, or, when that is empty, the channel ends.
         */
        record Ask(SshAct act, byte[] bytes, byte[] refusal) implements Piece {}

        /** Something happened that belongs into the record. */
        record Note(EventType type, Map<String, Object> fields) implements Piece {}
    }

    /** Bytes from the agent. */
    List<Piece> fromAgent(byte[] bytes);

    /** Bytes of the target's stdout; only {@link Piece.Pass} and {@link Piece.Note} come back. */
    List<Piece> fromTarget(byte[] bytes);

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
            };
}
