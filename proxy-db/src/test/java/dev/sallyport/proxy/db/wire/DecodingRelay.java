package dev.sallyport.proxy.db.wire;

import dev.sallyport.proxy.db.wire.StartupPacket.StartupMessage;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Stands between a driver and a server and forwards what the codecs made of it: the frames of the
 * messages and nothing else. Remembers the names of the messages and whatever went wrong.
 */
final class DecodingRelay implements AutoCloseable {
    private final ServerSocket listener;
    private final int server;
    private final Queue<String> names = new ConcurrentLinkedQueue<>();
    private final Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
    private final Queue<Thread> serving = new ConcurrentLinkedQueue<>();
    private final Queue<Socket> sockets = new ConcurrentLinkedQueue<>();

    DecodingRelay(int server) throws IOException {
        this.server = server;
        this.listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(this::accept);
    }

    int port() {
        return listener.getLocalPort();
    }

    /** Names of all messages so far, of both directions. */
    Queue<String> names() {
        return names;
    }

    Queue<Throwable> failures() {
        return failures;
    }

    /** Waits until all that clients who have left had sent is decoded. */
    void awaitServed() throws IOException {
        for (Thread thread : serving) {
            join(thread);
        }
    }

    private void accept() {
        try {
            while (true) {
                Socket client = listener.accept();
                sockets.add(client);
                serving.add(Thread.ofVirtual().start(() -> guarded(() -> serve(client))));
            }
        } catch (IOException closed) {
            names.add("closed");
        }
    }

    private void serve(Socket client) throws IOException {
        try (client;
                Buffers buffers = new Buffers();
                Socket upstream = new Socket(InetAddress.getLoopbackAddress(), server)) {
            sockets.add(upstream);
            ByteBuf in = buffers.empty();
            Optional<StartupMessage> startup = start(client, in);
            if (startup.isPresent()) {
                StartupMessage message = startup.get();
                names.add("StartupMessage");
                upstream.getOutputStream()
                        .write(
                                Buffers.written(out ->
                                        FrontendEncoder.startupMessage(
                                                out, message.version(), message.parameters())));
                Thread back =
                        Thread.ofVirtual()
                                .start(() -> guarded(() -> back(upstream, client, message)));
                FrontendDecoder decoder = new FrontendDecoder(FrontendLimits.DEFAULT);
                pump(client.getInputStream(), upstream.getOutputStream(), in, decoder::decode);
                upstream.shutdownOutput();
                join(back);
            }
            in.release();
        }
    }

    private void back(Socket upstream, Socket client, StartupMessage message) throws IOException {
        try (Buffers buffers = new Buffers()) {
            ByteBuf in = buffers.empty();
            BackendDecoder decoder = new BackendDecoder(BackendLimits.DEFAULT, message.version());
            pump(upstream.getInputStream(), client.getOutputStream(), in, decoder::decode);
            in.release();
            client.shutdownOutput();
        }
    }

    /** Says no to encryption; empty when the client left instead of starting. */
    private static Optional<StartupMessage> start(Socket client, ByteBuf in) throws IOException {
        StartupDecoder decoder = new StartupDecoder();
        while (true) {
            Optional<StartupPacket> packet = decoder.decode(in);
            if (packet.isEmpty()) {
                if (!receive(client.getInputStream(), in)) {
                    return Optional.empty();
                }
            } else if (packet.get() instanceof StartupMessage message) {
                return Optional.of(message);
            } else {
                client.getOutputStream()
                        .write(
                                Buffers.written(out ->
                                        BackendEncoder.sslResponse(out, SslResponse.UNWILLING)));
            }
        }
    }

    private void pump(
            InputStream from,
            OutputStream to,
            ByteBuf in,
            Function<ByteBuf, Optional<? extends WireMessage>> decoder)
            throws IOException {
        do {
            Optional<? extends WireMessage> message = decoder.apply(in);
            while (message.isPresent()) {
                WireMessage each = message.get();
                names.add(Words.of(each).split(" ", 2)[0]);
                to.write(ByteBufUtil.getBytes(each.frame()));
                each.release();
                message = decoder.apply(in);
            }
        } while (receive(from, in));
    }

    private static boolean receive(InputStream from, ByteBuf in) throws IOException {
        byte[] chunk = new byte[1_000];
        int size = from.read(chunk);
        if (size < 0) {
            return false;
        }
        in.discardReadBytes().writeBytes(chunk, 0, size);
        return true;
    }

    private void guarded(Work work) {
        try {
            work.run();
        } catch (IOException | RuntimeException | AssertionError e) {
            failures.add(e);
        }
    }

    /** Work on sockets. */
    private interface Work {
        void run() throws IOException;
    }

    private static void join(Thread thread) throws IOException {
        try {
            thread.join();
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    @Override
    public void close() {
        Consumer<AutoCloseable> closer =
                each -> {
                    try {
                        each.close();
                    } catch (Exception e) {
                        throw new UncheckedIOException(new IOException(e));
                    }
                };
        closer.accept(listener);
        sockets.forEach(closer);
    }
}
