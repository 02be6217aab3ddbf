package dev.sallyport.proxy.ssh.mina;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import org.apache.sshd.common.AttributeRepository;
import org.apache.sshd.common.Factory;
import org.apache.sshd.common.FactoryManager;
import org.apache.sshd.common.io.DefaultIoConnectFuture;
import org.apache.sshd.common.io.IoAcceptor;
import org.apache.sshd.common.io.IoConnectFuture;
import org.apache.sshd.common.io.IoConnector;
import org.apache.sshd.common.io.IoHandler;
import org.apache.sshd.common.io.IoServiceEventListener;
import org.apache.sshd.common.io.IoServiceFactory;
import org.apache.sshd.common.io.IoServiceFactoryFactory;
import org.apache.sshd.common.io.IoSession;
import org.apache.sshd.common.util.closeable.AbstractCloseable;
import org.apache.sshd.common.util.threads.CloseableExecutorService;
import org.jspecify.annotations.Nullable;

/** Gives the library sockets on virtual threads ({@link SocketSession}). */
public final class SocketServices extends AbstractCloseable
        implements IoServiceFactoryFactory, IoServiceFactory {
    private static final int BACKLOG = 512;

    /** How long a listener rests after it could not accept (out of file descriptors). */
    private static final Duration ACCEPT_PAUSE = Duration.ofMillis(50);

    private final Predicate<SocketAddress> admits;
    private final Duration connectTimeout;

    /**
     * @param admits asked before a connection is served; a "no" closes it without a word
     * @param connectTimeout how long dialling may take
     */
    public SocketServices(Predicate<SocketAddress> admits, Duration connectTimeout) {
        this.admits = admits;
        this.connectTimeout = connectTimeout;
    }

    @Override
    public IoServiceFactory create(FactoryManager manager) {
        return this;
    }

    @Override
    public void setExecutorServiceFactory(Factory<CloseableExecutorService> factory) {
        // Virtual threads need no pool.
    }

    @Override
    public IoConnector createConnector(IoHandler handler) {
        return new Connector(handler, connectTimeout);
    }

    @Override
    public IoAcceptor createAcceptor(IoHandler handler) {
        return new Acceptor(handler, admits);
    }

    @Override
    public @Nullable IoServiceEventListener getIoServiceEventListener() {
        return null;
    }

    @Override
    public void setIoServiceEventListener(IoServiceEventListener listener) {
        throw new UnsupportedOperationException("no listener is told");
    }

    private static SocketSession begin(Sockets service, SocketChannel socket, SocketSession session)
            throws Exception {
        socket.setOption(StandardSocketOptions.TCP_NODELAY, true);
        socket.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
        service.sessions.put(session.getId(), session);
        service.handler.sessionCreated(session);
        return session;
    }

    /** What listening and dialling share. */
    private abstract static class Sockets extends AbstractCloseable
            implements org.apache.sshd.common.io.IoService {
        final IoHandler handler;
        final Map<Long, IoSession> sessions = new ConcurrentHashMap<>();

        Sockets(IoHandler handler) {
            this.handler = handler;
        }

        @Override
        public Map<Long, IoSession> getManagedSessions() {
            return sessions;
        }

        @Override
        public @Nullable IoServiceEventListener getIoServiceEventListener() {
            return null;
        }

        @Override
        public void setIoServiceEventListener(IoServiceEventListener listener) {
            throw new UnsupportedOperationException("no listener is told");
        }

        @Override
        protected void doCloseImmediately() {
            sessions.values().forEach(session -> session.close(true));
            super.doCloseImmediately();
        }
    }

    private static final class Connector extends Sockets implements IoConnector {
        private final Duration timeout;

        Connector(IoHandler handler, Duration timeout) {
            super(handler);
            this.timeout = timeout;
        }

        @Override
        public IoConnectFuture connect(
                SocketAddress target,
                @Nullable AttributeRepository context,
                @Nullable SocketAddress local) {
            var future = new DefaultIoConnectFuture(target, null);
            Thread.ofVirtual()
                    .name("ssh-connect")
                    .start(() -> connect((InetSocketAddress) target, context, future));
            return future;
        }

        private void connect(
                InetSocketAddress target,
                @Nullable AttributeRepository context,
                DefaultIoConnectFuture future) {
            SocketChannel socket = null;
            try {
                socket = SocketChannel.open();
                socket.socket().connect(target, (int) timeout.toMillis());
                var session = new SocketSession(this, handler, socket, null);
                if (context != null) {
                    session.setAttribute(AttributeRepository.class, context);
                }
                begin(this, socket, session);
                future.setSession(session);
                session.start();
            } catch (Exception e) {
                closeQuietly(socket);
                future.setException(e);
            }
        }
    }

    private static final class Acceptor extends Sockets implements IoAcceptor {
        private final Predicate<SocketAddress> admits;
        private final Map<SocketAddress, ServerSocketChannel> listeners = new ConcurrentHashMap<>();

        Acceptor(IoHandler handler, Predicate<SocketAddress> admits) {
            super(handler);
            this.admits = admits;
        }

        @Override
        public void bind(Collection<? extends SocketAddress> addresses) throws IOException {
            for (SocketAddress address : addresses) {
                bind(address);
            }
        }

        @Override
        public void bind(SocketAddress address) throws IOException {
            ServerSocketChannel listener = ServerSocketChannel.open();
            try {
                listener.setOption(StandardSocketOptions.SO_REUSEADDR, true);
                listener.bind(address, BACKLOG);
            } catch (IOException e) {
                listener.close();
                throw e;
            }
            SocketAddress bound = listener.getLocalAddress();
            listeners.put(bound, listener);
            Thread.ofVirtual().name("ssh-accept").start(() -> acceptAll(listener, bound));
        }

        private void acceptAll(ServerSocketChannel listener, SocketAddress bound) {
            while (listener.isOpen()) {
                SocketChannel socket = null;
                try {
                    socket = listener.accept();
                    if (admits.test(socket.getRemoteAddress())) {
                        begin(this, socket, new SocketSession(this, handler, socket, bound))
                                .start();
                    } else {
                        socket.close();
                    }
                } catch (ClosedChannelException e) {
                    closeQuietly(socket);
                } catch (Exception e) {
                    closeQuietly(socket);
                    LockSupport.parkNanos(ACCEPT_PAUSE.toNanos());
                }
            }
        }

        @Override
        public void unbind(Collection<? extends SocketAddress> addresses) {
            addresses.forEach(this::unbind);
        }

        @Override
        public void unbind(SocketAddress address) {
            ServerSocketChannel listener = listeners.remove(address);
            if (listener != null) {
                try {
                    listener.close();
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
        }

        @Override
        public void unbind() {
            unbind(Set.copyOf(listeners.keySet()));
        }

        @Override
        public Set<SocketAddress> getBoundAddresses() {
            return Set.copyOf(listeners.keySet());
        }

        @Override
        protected void preClose() {
            unbind();
            super.preClose();
        }
    }

    private static void closeQuietly(@Nullable SocketChannel socket) {
        if (socket != null) {
            try {
                socket.close();
            } catch (IOException e) {
                // It is gone either way.
            }
        }
    }
}
