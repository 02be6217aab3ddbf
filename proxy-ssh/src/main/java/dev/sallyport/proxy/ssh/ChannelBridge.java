package dev.sallyport.proxy.ssh;

import dev.sallyport.access.Refusal;
import dev.sallyport.access.act.SshAct;
import dev.sallyport.access.gate.Session;
import dev.sallyport.access.port.Cast;
import dev.sallyport.access.port.CastHeader;
import dev.sallyport.access.port.SessionEnd;
import dev.sallyport.access.port.UnrecordableException;
import dev.sallyport.access.scope.Budget;
import dev.sallyport.proxy.ssh.mina.ChannelEvents;
import dev.sallyport.proxy.ssh.mina.RawChannel;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * One channel over both legs. Each direction is a {@link Relay}; bytes go into the record first,
 * and their window is given back only when they have been forwarded, which is the whole
 * back-pressure.
 *
 * <pre>
 *   agent ── inbound:  act → gate → record, stdin → cast ──▶ target
 *   agent ◀── outbound: stdout, stderr → budget → cast, exit ── target
 * </pre>
 */
final class ChannelBridge {
    private final SshBridge bridge;
    private final SshLink link;
    private final Session session;
    private final int number;
    private final Relay inbound;
    private final Relay outbound;
    private final Replies toAgent;
    private final Replies toTarget;
    private final AtomicInteger closedSides = new AtomicInteger();
    private final boolean countsBytes;
    private final CompletableFuture<Void> ready = new CompletableFuture<>();
    private final CompletableFuture<Void> over = new CompletableFuture<>();

    private volatile @Nullable RawChannel agent;
    private volatile @Nullable RawChannel target;
    private volatile @Nullable ChannelTap tap;
    private volatile StreamActs stream = StreamActs.OPAQUE;
    private volatile ActDoor.@Nullable Passage passage;
    private volatile boolean stdoutUnwanted;
    private volatile boolean stdinUnwanted;
    private volatile boolean agentGone;
    private volatile boolean targetGone;
    private volatile boolean ended;
    private volatile boolean terminal;
    private volatile int exit = -1;

    ChannelBridge(SshBridge bridge, SshLink link, int number) {
        this.bridge = bridge;
        this.link = link;
        this.session = link.session();
        this.number = number;
        this.inbound = new Relay(bridge::flooded);
        this.outbound = new Relay(bridge::flooded);
        this.inbound.add(() -> ready);
        this.outbound.add(() -> ready);
        this.toAgent = new Replies(success -> agent().reply(success));
        this.toTarget = new Replies(success -> target().reply(success));
        this.countsBytes =
                session.scopes().stream()
                        .anyMatch(scope -> scope.budget().limit(Budget.Unit.BYTES).isPresent());
    }

    int number() {
        return number;
    }

    RawChannel agent() {
        return opened(agent);
    }

    RawChannel target() {
        return opened(target);
    }

    Replies toAgent() {
        return toAgent;
    }

    Replies toTarget() {
        return toTarget;
    }

    /** The agent's end; set once, before {@link #start}. */
    void agent(RawChannel side) {
        agent = side;
    }

    /** The target's end; set once, before {@link #start}. */
    void target(RawChannel side) {
        target = side;
    }

    /** Both ends are open: what has arrived meanwhile goes on its way. */
    void start() {
        ready.complete(null);
    }

    /** Completes when both sides are closed and the cast is kept. */
    CompletableFuture<Void> over() {
        return over;
    }

    /** Bytes flow from now on, and into this cast. */
    void begin(CastHeader header, StreamActs acts) {
        stream = acts;
        tap = link.tap().channel(header);
    }

    /** True for a session channel; on all others no request makes sense. */
    boolean isSession() {
        return agent().type().equals("session");
    }

    boolean hasBegun() {
        return tap != null;
    }

    /** The agent asked for a terminal: refusals need its line ends. */
    void hasTerminal() {
        terminal = true;
    }

    void resize(int columns, int rows) {
        ChannelTap current = tap;
        if (current != null) {
            current.resize(columns, rows);
        }
    }

    void exited(int status) {
        exit = status;
    }

    /** The agent reads no more stdout ({@code eow}): what waits for it would wait for ever. */
    void stdoutUnwanted() {
        stdoutUnwanted = true;
        agent().dropData();
    }

    /** The program reads no more stdin. */
    void stdinUnwanted() {
        stdinUnwanted = true;
        target().dropData();
    }

    /** What the agent's side sends. */
    ChannelEvents fromAgent(AgentRequests requests) {
        return new ChannelEvents() {
            @Override
            public void data(boolean stderr, byte[] bytes) {
                inbound.add(() -> stderr ? released(agent(), bytes) : fromAgent(bytes));
            }

            @Override
            public void request(String type, boolean wantReply, byte[] payload) {
                Replies.Slot slot = toAgent.next(wantReply);
                requests.arrived(type);
                inbound.add(() -> requests.handle(type, slot, payload));
            }

            @Override
            public void reply(boolean success) {
                toTarget.arrived(success);
            }

            @Override
            public void eof() {
                inbound.add(ChannelBridge.this::agentEof);
            }

            @Override
            public void closed() {
                agentGone = true;
                cancelQuestion();
                inbound.add(ChannelBridge.this::agentClosed);
            }
        };
    }

    /** What the target's side sends. */
    ChannelEvents fromTarget(TargetRequests requests) {
        return new ChannelEvents() {
            @Override
            public void data(boolean stderr, byte[] bytes) {
                outbound.add(() -> fromTarget(stderr, bytes));
            }

            @Override
            public void request(String type, boolean wantReply, byte[] payload) {
                Replies.Slot slot = toTarget.next(wantReply);
                requests.arrived(type);
                outbound.add(() -> requests.handle(type, slot, payload));
            }

            @Override
            public void reply(boolean success) {
                toAgent.arrived(success);
            }

            @Override
            public void eof() {
                outbound.add(ChannelBridge.this::targetEof);
            }

            @Override
            public void closed() {
                targetGone = true;
                cancelQuestion();
                outbound.add(ChannelBridge.this::targetClosed);
            }
        };
    }

    /**
     * Asks for an act; the agent reads on stderr that it waits, if it has to.
     *
     * @return empty when it may happen now
     */
    CompletableFuture<Optional<Refusal>> ask(SshAct act) {
        ActDoor.Passage question =
                link.door().ask(number, act, held -> SshRefusals.tell(agent(), held, terminal));
        passage = question;
        if (agentGone || targetGone) {
            question.cancel();
        }
        return question.answer();
    }

    /** Ends the channel with a refusal; nothing of it passes any more. */
    CompletionStage<Void> refuse(Refusal refusal) {
        ended = true;
        target().close();
        return SshRefusals.end(agent(), refusal, terminal);
    }

    /** The session ends: tells the agent why, if a program runs or waits here. */
    CompletableFuture<Void> farewell(Refusal why) {
        cancelQuestion();
        RawChannel side = agent;
        return side == null || !isSession()
                ? CompletableFuture.completedFuture(null)
                : SshRefusals.end(side, why, terminal);
    }

    private CompletionStage<Void> fromAgent(byte[] bytes) {
        if (ended || stdinUnwanted || targetGone) {
            return released(agent(), bytes);
        }
        if (tap == null) {
            return refuse(bridge.deny("protocol", "data before any program"));
        }
        List<StreamActs.Piece> pieces = stream.fromAgent(bytes);
        CompletionStage<Void> done =
                piece(pieces.isEmpty() ? null : pieces.getFirst(), true, false);
        for (int i = 1; i < pieces.size(); i++) {
            StreamActs.Piece next = pieces.get(i);
            done = done.thenCompose(before -> piece(next, true, false));
        }
        return done.thenCompose(after -> released(agent(), bytes));
    }

    private CompletionStage<Void> fromTarget(boolean stderr, byte[] bytes) {
        if (ended || agentGone || stdoutUnwanted && !stderr) {
            return released(target(), bytes);
        }
        List<StreamActs.Piece> pieces =
                stderr ? List.of(new StreamActs.Piece.Pass(bytes)) : stream.fromTarget(bytes);
        CompletionStage<Void> done = Relay.DONE;
        for (StreamActs.Piece next : pieces) {
            done = done.thenCompose(before -> piece(next, false, stderr));
        }
        return done.thenCompose(after -> released(target(), bytes));
    }

    private CompletionStage<Void> piece(
            StreamActs.@Nullable Piece piece, boolean fromAgent, boolean stderr) {
        return switch (piece) {
            case null -> Relay.DONE;
            case StreamActs.Piece.Pass(byte[] bytes) ->
                    fromAgent ? toTarget(bytes) : toAgent(stderr, bytes);
            case StreamActs.Piece.Note(var type, var fields) ->
                    link.recording().record(type, fields).handle(this::kept);
            case StreamActs.Piece.Ask(SshAct act, byte[] bytes, byte[] refusal) ->
                    ask(act).thenCompose(no ->
                            no.isEmpty() ? toTarget(bytes) : answer(no.get(), refusal));
        };
    }

    private CompletionStage<Void> answer(Refusal refusal, byte[] words) {
        return words.length == 0 ? refuse(refusal) : toAgent(false, words);
    }

    private CompletionStage<Void> toTarget(byte[] bytes) {
        ChannelTap current = tap;
        return ended || current == null || !session.isOpen()
                ? Relay.DONE
                : current.accept(Cast.Stream.STDIN, bytes)
                        .thenCompose(kept ->
                                session.isOpen() ? write(target(), false, bytes) : Relay.DONE)
                        .handle(this::kept);
    }

    private CompletionStage<Void> toAgent(boolean stderr, byte[] bytes) {
        ChannelTap current = tap;
        if (ended || current == null || !session.isOpen()) {
            return Relay.DONE;
        }
        Cast.Stream stream = stderr ? Cast.Stream.STDERR : Cast.Stream.STDOUT;
        return spend(bytes.length)
                .thenCompose(paid -> current.accept(stream, bytes))
                .thenCompose(kept -> session.isOpen() ? write(agent(), stderr, bytes) : Relay.DONE)
                .handle(this::kept);
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
                    over.ifPresent(why -> bridge.over(number, why));
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
                    SshBridge.unrecordable(session));
        }
        return null;
    }

    private CompletionStage<Void> released(RawChannel side, byte[] bytes) {
        side.release(bytes.length);
        return Relay.DONE;
    }

    private CompletionStage<Void> agentEof() {
        ChannelTap current = tap;
        if (current != null) {
            current.end(Cast.Stream.STDIN);
        }
        target().eof();
        return Relay.DONE;
    }

    private CompletionStage<Void> targetEof() {
        ChannelTap current = tap;
        if (current != null) {
            current.end(Cast.Stream.STDOUT);
        }
        if (!ended) {
            agent().eof();
        }
        return Relay.DONE;
    }

    private CompletionStage<Void> agentClosed() {
        RawChannel other = target;
        if (other != null) {
            other.close();
        }
        return sideClosed();
    }

    private CompletionStage<Void> targetClosed() {
        RawChannel other = agent;
        if (other != null && !ended) {
            other.close();
        }
        return sideClosed();
    }

    private CompletionStage<Void> sideClosed() {
        if (closedSides.incrementAndGet() < 2) {
            return Relay.DONE;
        }
        ChannelTap current = tap;
        CompletableFuture<Void> end =
                current == null ? CompletableFuture.completedFuture(null) : current.close(exit);
        end.whenComplete((kept, failure) -> {
            over.complete(null);
            bridge.forget(this);
        });
        return Relay.DONE;
    }

    private void cancelQuestion() {
        ActDoor.Passage current = passage;
        if (current != null) {
            current.cancel();
        }
    }

    private static RawChannel opened(@Nullable RawChannel side) {
        if (side == null) {
            throw new IllegalStateException("the channel is not open on this side");
        }
        return side;
    }
}
