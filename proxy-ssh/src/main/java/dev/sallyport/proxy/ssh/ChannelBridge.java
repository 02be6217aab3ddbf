package dev.sallyport.proxy.ssh;

import dev.sallyport.access.Refusal;
import dev.sallyport.access.act.SshAct;
import dev.sallyport.access.port.Cast;
import dev.sallyport.access.port.CastHeader;
import dev.sallyport.access.port.SessionEnd;
import dev.sallyport.proxy.ssh.mina.ChannelEvents;
import dev.sallyport.proxy.ssh.mina.RawChannel;
import dev.sallyport.proxy.ssh.sftp.StreamActs;
import java.util.Map;
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
    private final int number;
    private final Relay inbound;
    private final Relay outbound;
    private final Replies toAgent;
    private final Replies toTarget;
    private final AtomicInteger closedSides = new AtomicInteger();
    private final ByteFlow flow;
    private final CompletableFuture<Void> ready = new CompletableFuture<>();
    private final CompletableFuture<Void> over = new CompletableFuture<>();

    private volatile @Nullable RawChannel agent;
    private volatile @Nullable RawChannel target;
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
        this.number = number;
        this.inbound = new Relay(bridge::failed);
        this.outbound = new Relay(bridge::failed);
        this.inbound.add(() -> ready);
        this.outbound.add(() -> ready);
        this.toAgent = new Replies(success -> reply(agent(), success));
        this.toTarget = new Replies(success -> reply(target(), success));
        this.flow = new ByteFlow(this, bridge, link);
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
        flow.begin(header, acts);
        if (agentGone || targetGone) {
            flow.gone();
        }
    }

    /** True for a session channel; on all others no request makes sense. */
    boolean isSession() {
        return agent().type().equals("session");
    }

    boolean hasBegun() {
        return flow.hasBegun();
    }

    /** The agent asked for a terminal: refusals need its line ends. */
    void hasTerminal() {
        terminal = true;
    }

    void resize(int columns, int rows) {
        flow.resize(columns, rows);
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
                stopWaiting();
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
                stopWaiting();
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

    /** A request of the target's that wants no answer; after the session's end it stays here. */
    void tellAgent(String type, byte[] payload) {
        if (link.session().isOpen()) {
            agent().request(type, false, payload);
        }
    }

    private void reply(RawChannel side, boolean success) {
        if (!isKilled()) {
            side.reply(success);
        }
    }

    /** True when an operator has ended the session: not even a word of ours passes any more. */
    private boolean isKilled() {
        return link.session().end().filter(SessionEnd.KILLED::equals).isPresent();
    }

    /** Ends the channel with a refusal; nothing of it passes any more. */
    CompletionStage<Void> refuse(Refusal refusal) {
        ended = true;
        if (isKilled()) {
            return Relay.DONE; // The connection is being cut.
        }
        target().close();
        return SshRefusals.end(agent(), refusal, terminal);
    }

    /** True when nothing passes any more. */
    boolean hasEnded() {
        return ended;
    }

    /**
     * The session is cut: the program at the target is to end with it (RFC 4254 §6.9). Without a
     * terminal it would run on. Servers may refuse signals, as sshd does for root.
     */
    void cancelProgram() {
        RawChannel side = target;
        if (side != null && isSession() && hasBegun() && !targetGone) {
            link.tap().request(number, "signal", true, Map.of("signal", "KILL", "by", "proxy"));
            side.request("signal", false, Wire.string("KILL"));
        }
    }

    /**
     * The session ends: tells the agent why, if a program runs or waits here. On a thread of its
     * own, because a write waits while the client changes keys, for ever if it stops in between.
     */
    CompletableFuture<Void> farewell(Refusal why) {
        stopWaiting();
        RawChannel side = agent;
        return side == null || !isSession()
                ? CompletableFuture.completedFuture(null)
                : CompletableFuture.supplyAsync(
                                () -> SshRefusals.end(side, why, terminal),
                                task -> Thread.ofVirtual().name("ssh-farewell").start(task))
                        .thenCompose(written -> written);
    }

    /** Bytes of our own for the agent, between two whole messages of the target. */
    CompletionStage<Void> answerAgent(byte[] bytes) {
        var written = new CompletableFuture<Void>();
        outbound.add(() ->
                flow.toAgent(false, bytes).whenComplete((done, failure) -> written.complete(null)));
        return written; // The agent sends no more than it reads answers for.
    }

    /** Bytes of our own for the target. */
    void answerTarget(byte[] bytes) {
        inbound.add(() -> flow.toTarget(bytes));
    }

    private CompletionStage<Void> fromAgent(byte[] bytes) {
        if (ended || stdinUnwanted || targetGone) {
            return released(agent(), bytes);
        }
        return (flow.hasBegun()
                        ? flow.fromAgent(bytes)
                        : refuse(bridge.deny("protocol", "data before any program")))
                .thenCompose(after -> released(agent(), bytes));
    }

    private CompletionStage<Void> fromTarget(boolean stderr, byte[] bytes) {
        return ended || agentGone || stdoutUnwanted && !stderr
                ? released(target(), bytes)
                : flow.fromTarget(stderr, bytes).thenCompose(after -> released(target(), bytes));
    }

    private CompletionStage<Void> released(RawChannel side, byte[] bytes) {
        side.release(bytes.length);
        return Relay.DONE;
    }

    private CompletionStage<Void> agentEof() {
        flow.ended(Cast.Stream.STDIN);
        target().eof();
        return Relay.DONE;
    }

    private CompletionStage<Void> targetEof() {
        flow.ended(Cast.Stream.STDOUT);
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
        flow.close(exit)
                .whenComplete((kept, failure) -> {
                    over.complete(null);
                    bridge.forget(this);
                });
        return Relay.DONE;
    }

    private void stopWaiting() {
        flow.gone();
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
