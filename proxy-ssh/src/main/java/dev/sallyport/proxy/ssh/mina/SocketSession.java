package dev.sallyport.proxy.ssh.mina;

import java.io.IOException;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.sshd.common.future.CloseFuture;
import org.apache.sshd.common.io.AbstractIoWriteFuture;
import org.apache.sshd.common.io.IoHandler;
import org.apache.sshd.common.io.IoService;
import org.apache.sshd.common.io.IoSession;
import org.apache.sshd.common.io.IoWriteFuture;
import org.apache.sshd.common.util.buffer.Buffer;
import org.apache.sshd.common.util.buffer.ByteArrayBuffer;
import org.apache.sshd.common.util.closeable.AbstractCloseable;
import org.jspecify.annotations.Nullable;

/**
 * One TCP connection: a virtual thread reads, another writes what was queued.
 *
 * <p>The library's own sockets are asynchronous channels, on which the JDK cannot set {@code
 * SO_LINGER}; a kill must throw away what the kernel still holds, so these are plain blocking ones.
 * A reader that blocks delays nobody else.
 */
public final class SocketSession extends AbstractCloseable implements IoSession {
    private static final AtomicLong IDS = new AtomicLong();

    /** While little arrives: most connections are idle, and a reader that waits has its buffer. */
    private static final int SMALL_READ = 2 * 1024;

    private static final int LARGE_READ = 64 * 1024;

    /** So many small reads shrink the buffer: large and small ones in turn keep it. */
    private static final int SMALL_IN_A_ROW = 2;

    /** Packets written with one system call; keeps the gather array small. */
    private static final int MAX_GATHERED = 16;

    private final long id = IDS.incrementAndGet();
    private final IoService service;
    private final IoHandler handler;
    private final SocketChannel socket;
    private final SocketAddress local;
    private final SocketAddress remote;
    private final @Nullable SocketAddress accepted;
    private final Map<Object, Object> attributes = new ConcurrentHashMap<>();
    private final LinkedBlockingQueue<Write> writes = new LinkedBlockingQueue<>();
    private final AtomicBoolean ended = new AtomicBoolean();
    private final CountDownLatch released = new CountDownLatch(2);
    private final ReentrantLock reading = new ReentrantLock();
    private final Condition resumed = reading.newCondition();
    private boolean suspended; // guarded by reading
    private volatile boolean beingCut;
    private volatile @Nullable Thread reader;
    private volatile @Nullable Thread writer;

    SocketSession(
            IoService service,
            IoHandler handler,
            SocketChannel socket,
            @Nullable SocketAddress accepted)
            throws IOException {
        this.service = service;
        this.handler = handler;
        this.socket = socket;
        this.accepted = accepted;
        this.local = socket.getLocalAddress();
        this.remote = socket.getRemoteAddress();
    }

    /** Begins to read and write. */
    void start() {
        writer = Thread.ofVirtual().name("ssh-write-" + id).start(this::writeAll);
        reader = Thread.ofVirtual().name("ssh-read-" + id).start(this::readAll);
    }

    /**
     * Cuts the connection with a reset: bytes that were queued here or in the kernel are thrown
     * away. {@link #awaitCut} tells when that is done.
     */
    public void cut() {
        beingCut = true;
        try {
            socket.setOption(StandardSocketOptions.SO_LINGER, 0);
        } catch (IOException e) {
            // The socket is closed already, which is what was wanted.
        }
        closeSocket();
        Thread current = writer;
        if (current != null) {
            current.interrupt();
        }
    }

    /** Waits until everything that was written so far is the kernel's, or the time is over. */
    public void awaitWritten(Duration patience) {
        try {
            writeBuffer(new ByteArrayBuffer(0)).await(patience);
        } catch (IOException e) {
            // Interrupted: whoever did it does not want to wait.
            Thread.currentThread().interrupt();
        }
    }

    /**
     * Waits until no thread uses the socket, from when on it is closed for the kernel too.
     *
     * @return false when that took longer than {@code patience}
     */
    public boolean awaitCut(Duration patience) {
        Thread self = Thread.currentThread();
        if (self == reader || self == writer) {
            return true; // This very thread lets go of the socket when it returns.
        }
        try {
            return released.await(patience.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            self.interrupt();
            return false;
        }
    }

    private void readAll() {
        byte[] bytes = new byte[SMALL_READ];
        int small = SMALL_IN_A_ROW;
        try {
            while (!isClosed()) {
                awaitResumed();
                int count = socket.read(ByteBuffer.wrap(bytes));
                if (count < 0) {
                    break;
                }
                handler.messageReceived(this, new ByteArrayBuffer(bytes, 0, count));
                small = count < SMALL_READ ? small + 1 : 0;
                int fitting = small < SMALL_IN_A_ROW ? LARGE_READ : SMALL_READ;
                if (bytes.length != fitting) {
                    bytes = new byte[fitting];
                }
            }
            letGo(() -> close(true));
        } catch (Exception e) {
            letGo(() -> failed(e));
        }
    }

    private void awaitResumed() throws InterruptedException {
        reading.lock();
        try {
            while (suspended) {
                resumed.await();
            }
        } finally {
            reading.unlock();
        }
    }

    private void writeAll() {
        List<Write> batch = new ArrayList<>(MAX_GATHERED);
        try {
            while (true) {
                batch.clear();
                batch.add(writes.take());
                writes.drainTo(batch, MAX_GATHERED - 1);
                ByteBuffer[] buffers = new ByteBuffer[batch.size()];
                long left = 0;
                for (int i = 0; i < buffers.length; i++) {
                    buffers[i] = batch.get(i).bytes;
                    left += buffers[i].remaining();
                }
                while (left > 0) {
                    left -= socket.write(buffers);
                }
                batch.forEach(Write::written);
                if (batch.getLast().ends) {
                    released.countDown();
                    return;
                }
            }
        } catch (InterruptedException e) {
            letGo(() -> batch.forEach(write -> write.failed(e)));
        } catch (IOException e) {
            letGo(() -> {
                batch.forEach(write -> write.failed(e));
                failed(e);
            });
        }
    }

    /**
     * This thread uses the socket no more. After a cut the tidying up goes to the end of the queue
     * of virtual threads: with hundreds of sessions killed at once, every socket lets go first.
     */
    private void letGo(Runnable tidyUp) {
        released.countDown();
        if (beingCut) {
            Thread.ofVirtual().name("ssh-cut-" + id).start(tidyUp);
        } else {
            tidyUp.run();
        }
    }

    private void failed(Exception problem) {
        if (!isClosing()) {
            try {
                handler.exceptionCaught(this, problem);
            } catch (Exception e) {
                // The handler has nothing better to offer; the connection ends either way.
            }
        }
        close(true);
    }

    @Override
    public IoWriteFuture writeBuffer(Buffer buffer) {
        var write =
                new Write(
                        remote,
                        ByteBuffer.wrap(buffer.array(), buffer.rpos(), buffer.available()),
                        false);
        if (isClosing()) {
            write.failed(new ClosedChannelException());
        } else {
            writes.add(write);
            if (ended.get()) {
                write.failed(new ClosedChannelException());
            }
        }
        return write;
    }

    @Override
    protected CloseFuture doCloseGracefully() {
        var end = new Write(remote, ByteBuffer.allocate(0), true);
        writes.add(end);
        return builder().when(end).build().close(false);
    }

    @Override
    protected void doCloseImmediately() {
        ended.set(true);
        closeSocket();
        Thread current = writer;
        if (current != null && current != Thread.currentThread()) {
            current.interrupt();
        }
        for (Write write = writes.poll(); write != null; write = writes.poll()) {
            write.failed(new ClosedChannelException());
        }
        service.getManagedSessions().remove(id);
        super.doCloseImmediately();
        try {
            handler.sessionClosed(this);
        } catch (Exception e) {
            // Nobody is left to tell.
        }
        resumeRead();
    }

    private void closeSocket() {
        try {
            socket.close();
        } catch (IOException e) {
            // A socket that cannot be closed is closed.
        }
    }

    @Override
    public void suspendRead() {
        reading.lock();
        suspended = true;
        reading.unlock();
    }

    @Override
    public void resumeRead() {
        reading.lock();
        try {
            suspended = false;
            resumed.signalAll();
        } finally {
            reading.unlock();
        }
    }

    @Override
    public void shutdownOutputStream() throws IOException {
        socket.shutdownOutput();
    }

    @Override
    public long getId() {
        return id;
    }

    @Override
    public @Nullable SocketAddress getAcceptanceAddress() {
        return accepted;
    }

    @Override
    public SocketAddress getRemoteAddress() {
        return remote;
    }

    @Override
    public SocketAddress getLocalAddress() {
        return local;
    }

    @Override
    public IoService getService() {
        return service;
    }

    @Override
    public @Nullable Object getAttribute(Object key) {
        return attributes.get(key);
    }

    @Override
    public @Nullable Object setAttribute(Object key, Object value) {
        return attributes.put(key, value);
    }

    @Override
    public @Nullable Object setAttributeIfAbsent(Object key, Object value) {
        return attributes.putIfAbsent(key, value);
    }

    @Override
    public @Nullable Object removeAttribute(Object key) {
        return attributes.remove(key);
    }

    /** Bytes on their way to the socket. */
    private static final class Write extends AbstractIoWriteFuture {
        private final ByteBuffer bytes;
        private final boolean ends;

        Write(Object id, ByteBuffer bytes, boolean ends) {
            super(id, null);
            this.bytes = bytes;
            this.ends = ends;
        }

        void written() {
            setValue(Boolean.TRUE);
        }

        void failed(Exception problem) {
            setValue(problem);
        }
    }
}
