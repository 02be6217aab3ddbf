package dev.sallyport.proxy.db;

import dev.sallyport.access.certificate.GrantVerifier;
import dev.sallyport.access.gate.RefusedLogins;
import dev.sallyport.access.gate.SessionGate;
import dev.sallyport.access.port.Recorder;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.handler.ssl.SslContext;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Wires and starts the PostgreSQL listener. Reads as the way of a connection: limits → {@link
 * DbHandshake} → {@link DbAuthenticator} → {@link DbOpening} → {@link DbBridge}.
 */
public final class DbProxy implements AutoCloseable {
    /** How long a proxy that stops waits for its last recordings. */
    private static final Duration SEAL_PATIENCE = Duration.ofSeconds(5);

    /** Above the first no more is read from the other side, below the second it is again. */
    private static final WriteBufferWaterMark MARKS =
            new WriteBufferWaterMark(64 * 1024, 256 * 1024);

    private final EventLoops loops;
    private final Channel listener;
    private final DbUpstream upstream;
    private final Set<CompletableFuture<Void>> live;

    private DbProxy(
            EventLoops loops,
            Channel listener,
            DbUpstream upstream,
            Set<CompletableFuture<Void>> live) {
        this.loops = loops;
        this.listener = listener;
        this.upstream = upstream;
        this.live = live;
    }

    /**
     * Starts to listen.
     *
     * @throws IOException when the address cannot be bound or the TLS key cannot be used
     */
    public static DbProxy start(
            DbProxySettings settings,
            GrantVerifier verifier,
            SessionGate gate,
            Recorder recorder,
            InstantSource clock)
            throws IOException {
        var loops = EventLoops.start();
        var upstream = new DbUpstream(settings, loops, clock);
        var parts =
                new DbParts(
                        gate,
                        recorder,
                        upstream,
                        new RefusedLogins(recorder, clock),
                        new Cancels(clock, settings.limits().cancelsPerSecond()),
                        settings.limits(),
                        ConcurrentHashMap.newKeySet());
        var authenticator = new DbAuthenticator(verifier, settings.targets(), gate);
        SslContext tls = TlsContexts.forAgents(settings.key(), settings.certificate());
        var door = new Door(parts, authenticator, tls);
        try {
            Channel listener =
                    new ServerBootstrap()
                            .group(loops.acceptors(), loops.workers())
                            .channel(loops.server())
                            .option(ChannelOption.SO_BACKLOG, 1024)
                            .option(ChannelOption.SO_REUSEADDR, true)
                            .childOption(ChannelOption.TCP_NODELAY, true)
                            .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, MARKS)
                            .childHandler(door)
                            .bind(settings.listen())
                            .syncUninterruptibly()
                            .channel();
            return new DbProxy(loops, listener, upstream, parts.live());
        } catch (RuntimeException e) {
            loops.close();
            upstream.close();
            throw new IOException("cannot listen on " + settings.listen(), e);
        }
    }

    /** The port that is listened on. */
    public int port() {
        return ((InetSocketAddress) listener.localAddress()).getPort();
    }

    /**
     * Stops listening and closes what is open; sessions end as normal. Waits, for a bounded time,
     * until their recordings are sealed.
     */
    @Override
    public void close() {
        listener.close().syncUninterruptibly();
        CompletableFuture<?>[] open = live.toArray(CompletableFuture<?>[]::new);
        loops.closeChannels();
        try {
            CompletableFuture.allOf(open).get(SEAL_PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException e) {
            // The recorder seals what is left when it starts again.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        upstream.close();
        loops.close();
    }

    /** Counts who has proved nothing yet, and begins the handshake of the others. */
    private static final class Door extends ChannelInitializer<Channel> {
        private final DbParts parts;
        private final DbAuthenticator authenticator;
        private final SslContext tls;
        private final AtomicInteger connections = new AtomicInteger();

        Door(DbParts parts, DbAuthenticator authenticator, SslContext tls) {
            this.parts = parts;
            this.authenticator = authenticator;
            this.tls = tls;
        }

        @Override
        public boolean isSharable() {
            return true;
        }

        @Override
        protected void initChannel(Channel channel) {
            int unproven = connections.incrementAndGet() - parts.live().size();
            channel.closeFuture().addListener(closed -> connections.decrementAndGet());
            if (unproven > parts.limits().unauthenticated()) {
                channel.close();
                return;
            }
            channel.pipeline()
                    .addLast(new Inbound(new DbHandshake(channel, parts, authenticator, tls)));
        }
    }
}
