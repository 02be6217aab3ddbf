package dev.sallyport.proxy.db;

import dev.sallyport.access.Refusal;
import dev.sallyport.proxy.db.wire.StatementOrPortal;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What the server still has to answer, in the order in which it was sent. The server answers
 * nothing else, but for notices and the like.
 */
sealed interface Expected {
    /** ParseComplete. */
    record Parse(Prepared prepared, Names.Change change) implements Expected {}

    /** BindComplete. */
    record Bind(Names.Change change) implements Expected {}

    /**
     * RowDescription or NoData, before it ParameterDescription for a statement.
     *
     * @param ours the proxy asks: the client is not told
     */
    record Describe(
            StatementOrPortal kind,
            Optional<Prepared> prepared,
            Optional<Portal> portal,
            boolean ours)
            implements Expected {}

    /** CloseComplete. */
    record Close(Names.Change change) implements Expected {}

    /** CommandComplete, EmptyQueryResponse or PortalSuspended, before it rows. */
    record Execute(Execution execution, Optional<Names.Change> change) implements Expected {}

    /** FunctionCallResponse, then ReadyForQuery. */
    record Call(Execution execution) implements Expected {}

    /** For each statement as Execute, then ReadyForQuery. Owned by its event loop. */
    final class Query implements Expected {
        /** One statement of the text. */
        record Part(Execution execution, Optional<Names.Change> change) {}

        private final List<Part> parts;
        private int at;

        Query(List<Part> parts) {
            this.parts = List.copyOf(parts);
        }

        /** The statement that is answered now. */
        @Nullable Part current() {
            return at < parts.size() ? parts.get(at) : null;
        }

        /** The current statement was answered. */
        void next() {
            at++;
        }

        /** Nothing of it is answered any more, but for ReadyForQuery. */
        void end() {
            at = parts.size();
        }

        /** What has not been answered. */
        List<Part> rest() {
            return parts.subList(Math.min(at, parts.size()), parts.size());
        }
    }

    /**
     * The error that the server answers to a text which stands in a refused message's place, so
     * that it skips and fails exactly what it would have; the client gets the refusal instead.
     *
     * @param simple it stands for a Query, so that ReadyForQuery follows
     */
    record Refused(Refusal refusal, boolean simple, boolean thenRollback) implements Expected {}

    /** ReadyForQuery. */
    record Sync() implements Expected {}

    /**
     * CommandComplete and ReadyForQuery of a {@code ROLLBACK} that the proxy sent itself, of which
     * the client gets the ReadyForQuery only.
     */
    record OwnRollback() implements Expected {}

    /** Nothing: it marks where the client has ended a COPY IN. */
    record CopyEnd() implements Expected {}
}
