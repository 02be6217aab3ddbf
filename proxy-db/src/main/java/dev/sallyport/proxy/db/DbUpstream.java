package dev.sallyport.proxy.db;

import dev.sallyport.access.Grant;
import dev.sallyport.access.gate.Session;
import dev.sallyport.access.scope.DbScope;
import dev.sallyport.proxy.db.catalogue.CatalogueAnswer;
import dev.sallyport.proxy.db.catalogue.CatalogueLimits;
import dev.sallyport.proxy.db.catalogue.CatalogueSource;
import dev.sallyport.proxy.db.catalogue.ControlSettings;
import dev.sallyport.proxy.db.catalogue.GrantLogin;
import dev.sallyport.proxy.db.catalogue.HarmlessFunctions;
import dev.sallyport.proxy.db.wire.BackendDecoder;
import dev.sallyport.proxy.db.wire.CancelKey;
import dev.sallyport.proxy.db.wire.StartupParameter;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.handler.ssl.SslContext;
import java.io.IOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Dials databases with a role that lives as long as the grant. The agent never sees its password,
 * and nothing of the agent's key comes here. Blocks; call it on virtual threads.
 */
final class DbUpstream implements AutoCloseable {
    private static final WriteBufferWaterMark MARKS =
            new WriteBufferWaterMark(64 * 1024, 256 * 1024);

    private final EventLoops loops;
    private final DbLimits limits;
    private final Map<String, Reached> targets = new HashMap<>();

    /** What is kept for one target. */
    private record Reached(
            DbTarget target,
            Optional<SslContext> tls,
            CatalogueSource catalogue,
            CompletableFuture<DbActs> acts,
            UpstreamRoles roles) {}

    /**
     * The far leg of a session.
     *
     * @param parameters what the server said about itself, in its order
     * @param cancel cancels what runs there; returns at once
     */
    record Dialled(
            Channel channel,
            Inbound inbound,
            BackendDecoder decoder,
            Map<String, String> parameters,
            DbActs acts,
            Runnable cancel) {
        /** Ends the leg; may be called more than once. */
        void close() {
            channel.close();
        }
    }

    DbUpstream(DbProxySettings settings, EventLoops loops, InstantSource clock) throws IOException {
        this.loops = loops;
        this.limits = settings.limits();
        for (DbTarget target : settings.targets().values()) {
            targets.put(target.target().name(), reached(target, clock));
        }
    }

    private static Reached reached(DbTarget target, InstantSource clock) throws IOException {
        Optional<SslContext> tls =
                switch (target.server().tls()) {
                    case ControlSettings.Tls.VerifyFull(var authorities) ->
                            Optional.of(TlsContexts.forServer(authorities));
                    case ControlSettings.Tls.None _ -> Optional.empty();
                };
        var catalogue =
                CatalogueSource.of(
                        target.server(),
                        target.path(),
                        target.classes(),
                        CatalogueLimits.standard(),
                        clock);
        return new Reached(
                target,
                tls,
                catalogue,
                new CompletableFuture<>(),
                new UpstreamRoles(target, clock));
    }

    /**
     * Connects and logs in for one session.
     *
     * @throws IOException when the target cannot be reached or does not let the role in
     */
    Dialled dial(Session session, DbAuthenticator.Proven proven, EventLoop loop)
            throws IOException {
        Reached reached = targets.get(proven.target().target().name());
        if (reached == null) {
            throw new IOException("the target is not configured");
        }
        DbActs acts = acts(reached);
        Grant grant = session.grant().grant();
        DbScope scope = session.scopes(DbScope.class).getFirst();
        UpstreamLogin.Standing standing;
        try {
            standing =
                    login(reached, proven, scope, reached.roles().login(grant, scope, false), loop);
        } catch (LoginRefusedException e) {
            standing =
                    login(reached, proven, scope, reached.roles().login(grant, scope, true), loop);
        }
        Optional<CancelKey> key = standing.key();
        return new Dialled(
                standing.channel(),
                standing.inbound(),
                standing.decoder(),
                standing.parameters(),
                acts,
                () -> cancel(reached, key, loop));
    }

    private DbActs acts(Reached reached) throws IOException {
        if (reached.acts().isDone()) {
            return reached.acts().join();
        }
        switch (await(reached.catalogue().current())) {
            case CatalogueAnswer.Ready ready ->
                    reached.acts()
                            .complete(
                                    new DbActs(
                                            reached.catalogue(),
                                            ready,
                                            HarmlessFunctions.shipped(),
                                            limits.frontend().text(),
                                            !reached.target().classes().rules().isEmpty()));
            case CatalogueAnswer.Unavailable(String reason) ->
                    throw new IOException("the catalogue cannot be read: " + reason);
        }
        return reached.acts().join();
    }

    private UpstreamLogin.Standing login(
            Reached reached,
            DbAuthenticator.Proven proven,
            DbScope scope,
            GrantLogin role,
            EventLoop loop)
            throws IOException {
        var startup = new ArrayList<StartupParameter>();
        startup.add(new StartupParameter("user", role.user()));
        startup.add(new StartupParameter("database", reached.target().server().database()));
        startup.add(new StartupParameter("client_encoding", "UTF8"));
        // Said last, so that nothing the agent chose comes after it.
        proven.parameters()
                .settings()
                .forEach((name, value) -> startup.add(new StartupParameter(name, value)));
        startup.addAll(PINNED);
        scope.settings().forEach((name, value) -> startup.add(new StartupParameter(name, value)));
        startup.add(new StartupParameter("search_path", reached.target().path().setting()));
        var outcome = new CompletableFuture<UpstreamLogin.Standing>();
        connect(
                reached,
                loop,
                channel ->
                        new UpstreamLogin(
                                channel,
                                limits,
                                reached.tls(),
                                reached.target().server().host(),
                                reached.target().server().port(),
                                startup,
                                role.password(),
                                outcome),
                outcome);
        return await(outcome);
    }

    /** What decides how a text is read, and so is the same in every session. */
    private static final List<StartupParameter> PINNED =
            List.of(
                    new StartupParameter("standard_conforming_strings", "on"),
                    new StartupParameter("backslash_quote", "safe_encoding"),
                    new StartupParameter("row_security", "on"));

    private interface First {
        UpstreamLogin of(Channel channel);
    }

    private void connect(
            Reached reached, EventLoop loop, First first, CompletableFuture<?> failed) {
        ControlSettings server = reached.target().server();
        new Bootstrap()
                .group(loop)
                .channel(loops.client())
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.WRITE_BUFFER_WATER_MARK, MARKS)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int) limits.connectTime().toMillis())
                .handler(
                        new ChannelInitializer<Channel>() {
                            @Override
                            protected void initChannel(Channel channel) {
                                loops.keep(channel);
                                channel.pipeline().addLast(new Inbound(first.of(channel)));
                            }
                        })
                .connect(server.host(), server.port())
                .addListener((ChannelFuture connected) -> {
                    if (connected.isSuccess()) {
                        connected.channel().pipeline().get(Inbound.class).begin();
                    } else {
                        failed.completeExceptionally(
                                new IOException("no connection", connected.cause()));
                    }
                });
    }

    /**
     * The server's own key, on a connection of its own, which is never answered. Goes out under TLS
     * where the session does.
     */
    private void cancel(Reached reached, Optional<CancelKey> key, EventLoop loop) {
        if (key.isEmpty()) {
            return;
        }
        ControlSettings server = reached.target().server();
        new Bootstrap()
                .group(loop)
                .channel(loops.client())
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int) limits.connectTime().toMillis())
                .handler(new CancelSender(reached.tls(), server.host(), server.port(), key.get()))
                .connect(server.host(), server.port());
    }

    private <T> T await(CompletableFuture<T> future) throws IOException {
        try {
            return future.get(limits.connectTime().toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof LoginRefusedException refused) {
                throw refused;
            }
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw new IOException(cause.getMessage(), cause);
        } catch (TimeoutException e) {
            throw new IOException("the target did not answer in time", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    @Override
    public void close() {
        targets.values()
                .forEach(reached -> {
                    reached.catalogue().close();
                    reached.roles().close();
                });
    }
}
