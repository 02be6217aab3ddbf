package dev.sallyport.broker.client;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Over the Unix socket of a broker on this machine, which the JDK's client does not speak: HTTP/1.1
 * (RFC 9112), one connection for each call, answers of a known length. No TLS: the file's mode says
 * who may call, and the kernel who answers.
 */
final class SocketWire implements Wire {
    private static final int MAX_HEAD = 16 * 1024;
    private static final String END_OF_HEAD = "\r\n\r\n";
    private static final Pattern STATUS = Pattern.compile("HTTP/1\\.1 ([1-5][0-9]{2})( .*)?");
    private static final Pattern LENGTH =
            Pattern.compile("(?im)^content-length:[ \\t]*([0-9]{1,9})[ \\t]*\\r?$");

    private final Path socket;

    SocketWire(Path socket) {
        this.socket = socket;
    }

    @Override
    public Answer send(Call call) throws IOException, InterruptedException {
        byte[] head = head(call);
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            var exchange = new FutureTask<>(() -> exchange(channel, head, call.body()));
            Thread.ofVirtual().name("broker-call").start(exchange);
            return exchange.get(call.limit().toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw new IOException("no answer that can be read", e.getCause());
        } catch (TimeoutException e) {
            throw new InterruptedIOException("no answer in time");
        }
    }

    private static byte[] head(Call call) {
        var head = new StringBuilder();
        head.append(call.method()).append(' ').append(call.path()).append(" HTTP/1.1\r\n");
        head.append("Host: localhost\r\nConnection: close\r\n");
        head.append("Content-Length: ").append(call.body().length).append("\r\n");
        call.headers()
                .forEach((name, value) ->
                        head.append(name).append(": ").append(requireLine(value)).append("\r\n"));
        return head.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1);
    }

    private static String requireLine(String value) {
        if (value.chars().anyMatch(c -> c < ' ' || c > '~')) {
            throw new IllegalArgumentException("a header's value is not one line of ASCII");
        }
        return value;
    }

    private Answer exchange(SocketChannel channel, byte[] head, byte[] body) throws IOException {
        channel.connect(UnixDomainSocketAddress.of(socket));
        write(channel, ByteBuffer.wrap(head));
        write(channel, ByteBuffer.wrap(body));
        var answer = new ByteArrayOutputStream();
        var buffer = ByteBuffer.allocate(MAX_HEAD);
        // The server keeps the connection, whatever it is asked: the length says when it is done.
        Optional<Head> start = Optional.empty();
        while (start.isEmpty() || answer.size() < start.get().end() + start.get().length()) {
            if (channel.read(buffer) < 0) {
                break;
            }
            answer.write(buffer.array(), 0, buffer.position());
            buffer.clear();
            if (start.isEmpty()) {
                start = Head.of(answer.toByteArray());
            }
        }
        return parse(answer.toByteArray());
    }

    /**
     * Where an answer begins.
     *
     * @param end the first byte of its body
     * @param length its body's
     */
    private record Head(int status, int end, int length) {
        /** Empty when it has not ended yet. */
        static Optional<Head> of(byte[] answer) throws IOException {
            int known = Math.min(answer.length, MAX_HEAD);
            String text = new String(answer, 0, known, StandardCharsets.ISO_8859_1);
            int end = text.indexOf(END_OF_HEAD);
            if (end < 0 && answer.length >= MAX_HEAD) {
                throw new IOException("the answer's head is too long");
            }
            if (end < 0) {
                return Optional.empty();
            }
            String head = text.substring(0, end);
            Matcher status = STATUS.matcher(head.lines().findFirst().orElse(""));
            Matcher length = LENGTH.matcher(head);
            if (!status.matches() || !length.find()) {
                throw new IOException("the answer has no status or no length");
            }
            int size = Integer.parseInt(length.group(1));
            if (size > MAX_ANSWER) {
                throw new IOException("the answer is too large");
            }
            return Optional.of(
                    new Head(Integer.parseInt(status.group(1)), end + END_OF_HEAD.length(), size));
        }
    }

    private static void write(SocketChannel channel, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }

    /** Package-private for tests of answers that are cut or odd. */
    static Answer parse(byte[] answer) throws IOException {
        Head head = Head.of(answer).orElseThrow(() -> new IOException("the answer has no head"));
        byte[] body = Arrays.copyOfRange(answer, head.end(), answer.length);
        if (head.length() != body.length) {
            throw new IOException("the answer is cut");
        }
        return new Answer(head.status(), body);
    }

    @Override
    public String toString() {
        return socket.toString();
    }

    @Override
    public void close() {
        // Each call has closed its own connection.
    }
}
