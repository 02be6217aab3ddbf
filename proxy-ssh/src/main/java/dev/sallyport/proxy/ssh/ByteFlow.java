package dev.sallyport.proxy.ssh;

import dev.sallyport.access.Refusal;
import dev.sallyport.access.act.SshAct;
import dev.sallyport.access.gate.Session;
import dev.sallyport.access.port.Cast;
import dev.sallyport.access.port.CastHeader;
import dev.sallyport.access.port.SessionEnd;
import dev.sallyport.access.port.UnrecordableException;
import dev.sallyport.access.scope.Budget;
import dev.sallyport.proxy.ssh.mina.RawChannel;
import dev.sallyport.proxy.ssh.sftp.StreamActs;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * What one channel's bytes pass through on their way: acts → gate, budget, cast, and then the far
 * side. Calls come one at a time for each direction.
 */
final class ByteFlow {
    private final ChannelBridge channel;
    private final SshBridge bridge;
    private final SshLink link;
    private final Session session;
    private final boolean countsBytes;

    private volatile @Nullable ChannelTap tap;
    private volatile StreamActs stream = StreamActs.OPAQUE;

    ByteFlow(ChannelBridge channel, SshBridge bridge, SshLink link) {
        this.channel = channel;
        this.bridge = bridge;
        this.link = link;
        this.session = link.session();
        this.countsBytes =
                session.scopes().stream()
                        .anyMatch(scope -> scope.budget().limit(Budget.Unit.BYTES).isPresent());
    }

    /** Bytes flow from now on, and into this cast. */
    void begin(CastHeader header, StreamActs acts) {
        stream = acts;
        tap = link.tap().channel(header);
    }

    boolean hasBegun() {
        return tap != null;
    }

    void resize(int columns, int rows) {
        ChannelTap current = tap;
        if (current != null) {
            current.resize(columns, rows);
        }
    }

    /** A side has closed: what waits for the other one's word must not wait for ever. */
    void gone() {
        stream.gone();
    }

    /** Half-close of a stream. */
    void ended(Cast.Stream which) {
        ChannelTap current = tap;
        if (current != null) {
            current.end(which);
        }
    }

    /** Both sides are closed: the last notes, and the end of the cast. */
    CompletionStage<Void> close(int exit) {
        ChannelTap current = tap;
        return current == null
                ? Relay.DONE
                : run(stream.end(), true).thenCompose(noted -> current.close(exit));
    }

    CompletionStage<Void> fromAgent(byte[] bytes) {
        return run(stream.fromAgent(bytes), true);
    }

    CompletionStage<Void> fromTarget(boolean stderr, byte[] bytes) {
        return stderr ? toAgent(true, bytes) : run(stream.fromTarget(bytes), false);
    }

    private CompletionStage<Void> run(List<StreamActs.Piece> pieces, boolean fromAgent) {
        CompletionStage<Void> done = Relay.DONE;
        for (StreamActs.Piece next : pieces) {
            done = done.thenCompose(before -> piece(next, fromAgent));
        }
        return done;
    }

    private CompletionStage<Void> piece(StreamActs.Piece piece, boolean fromAgent) {
        return switch (piece) {
            case StreamActs.Piece.Pass(byte[] bytes) ->
                    fromAgent ? toTarget(bytes) : toAgent(false, bytes);
            case StreamActs.Piece.Answer(byte[] bytes) -> {
                if (fromAgent) {
                    yield channel.answerAgent(bytes);
                }
                channel.answerTarget(bytes);
                yield Relay.DONE;
            }
            case StreamActs.Piece.Wait(var until, var then) ->
                    until.thenCompose(went -> run(then.get(), fromAgent));
            case StreamActs.Piece.GoOn(var waiting) -> {
                waiting.complete(null);
                yield Relay.DONE;
            }
            case StreamActs.Piece.Note(var type, var fields) ->
                    link.recording().record(type, inChannel(fields)).handle(this::kept);
            case StreamActs.Piece.End(Refusal why) ->
                    channel.hasEnded() ? Relay.DONE : channel.refuse(why);
            case StreamActs.Piece.Ask(List<SshAct> acts, var then) ->
                    channel.hasEnded()
                            ? Relay.DONE
                            : ask(acts, 0).thenCompose(no -> run(then.apply(no), fromAgent));
        };
    }

    private CompletionStage<Optional<Refusal>> ask(List<SshAct> acts, int from) {
        return from == acts.size()
                ? CompletableFuture.completedFuture(Optional.empty())
                : channel.ask(acts.get(from))
                        .thenCompose(no ->
                                no.isPresent()
                                        ? CompletableFuture.completedFuture(no)
                                        : ask(acts, from + 1));
    }

    private Map<String, Object> inChannel(Map<String, Object> fields) {
        var all = new LinkedHashMap<String, Object>();
        all.put("channel", channel.number());
        all.putAll(fields);
        return all;
    }

    /** Records, then forwards. */
    CompletionStage<Void> toTarget(byte[] bytes) {
        ChannelTap current = tap;
        return channel.hasEnded() || current == null || !session.isOpen()
                ? Relay.DONE
                : keep(current, Cast.Stream.STDIN, bytes)
                        .thenCompose(kept ->
                                session.isOpen()
                                        ? write(channel.target(), false, bytes)
                                        : Relay.DONE)
                        .handle(this::kept);
    }

    /** Pays, records, then forwards. */
    CompletionStage<Void> toAgent(boolean stderr, byte[] bytes) {
        ChannelTap current = tap;
        if (channel.hasEnded() || current == null || !session.isOpen()) {
            return Relay.DONE;
        }
        return spend(bytes.length)
                .thenCompose(paid ->
                        keep(current, stderr ? Cast.Stream.STDERR : Cast.Stream.STDOUT, bytes))
                .thenCompose(kept ->
                        session.isOpen() ? write(channel.agent(), stderr, bytes) : Relay.DONE)
                .handle(this::kept);
    }

    private CompletableFuture<Void> keep(ChannelTap current, Cast.Stream which, byte[] bytes) {
        if (stream.isKept() || which == Cast.Stream.STDERR) {
            return current.accept(which, bytes);
        }
        current.count(which, bytes.length);
        return CompletableFuture.completedFuture(null);
    }

    /** A write that fails means that its channel is gone, which its own event tells. */
    private static CompletionStage<Void> write(RawChannel to, boolean stderr, byte[] bytes) {
        return to.write(stderr, bytes).exceptionally(gone -> null);
    }

    private CompletableFuture<Void> spend(int bytes) {
        if (!countsBytes) {
            return CompletableFuture.completedFuture(null);
        }
        var paid = new CompletableFuture<Void>();
        Thread.ofVirtual()
                .name("ssh-budget")
                .start(() -> {
                    Optional<Refusal> over = session.spend(Budget.Unit.BYTES, bytes);
                    over.ifPresent(why -> bridge.over(channel.number(), why));
                    paid.complete(null);
                });
        return paid;
    }

    private @Nullable Void kept(@Nullable Object done, @Nullable Throwable failure) {
        if (failure != null) {
            Throwable cause = failure.getCause() == null ? failure : failure.getCause();
            session.close(
                    cause instanceof UnrecordableException
                            ? SessionEnd.UNRECORDABLE
                            : SessionEnd.ERROR,
                    SshRefusals.unrecordable(session));
        }
        return null;
    }
}
