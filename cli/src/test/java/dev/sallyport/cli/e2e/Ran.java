package dev.sallyport.cli.e2e;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** How a program ended and what it wrote. */
@SuppressWarnings("ArrayRecordComponent") // whoever ran it owns the bytes
public record Ran(int exit, byte[] stdout, byte[] stderr) {
    private static final long PATIENCE_SECONDS = 180;

    /** Standard output as text. */
    public String out() {
        return new String(stdout, StandardCharsets.UTF_8);
    }

    /** Standard error as text. */
    public String err() {
        return new String(stderr, StandardCharsets.UTF_8);
    }

    /** Feeds {@code input}, closes standard input and waits for the end. */
    public static Ran toEnd(Process process, byte[] input)
            throws IOException, InterruptedException {
        CompletableFuture<byte[]> out = drain(process.getInputStream());
        CompletableFuture<byte[]> err = drain(process.getErrorStream());
        Thread.ofVirtual().start(() -> feed(process.getOutputStream(), input));
        return toEnd(process, out, err);
    }

    /** Waits for the end of a process whose output is being drained. */
    static Ran toEnd(Process process, CompletableFuture<byte[]> out, CompletableFuture<byte[]> err)
            throws InterruptedException {
        if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new AssertionError("does not end: " + process.info().commandLine().orElse("?"));
        }
        return new Ran(process.exitValue(), out.join(), err.join());
    }

    /** Reads everything that comes, in the background. */
    static CompletableFuture<byte[]> drain(InputStream from) {
        var read = new CompletableFuture<byte[]>();
        Thread.ofVirtual()
                .start(() -> {
                    var bytes = new ByteArrayOutputStream();
                    try (from) {
                        from.transferTo(bytes);
                        read.complete(bytes.toByteArray());
                    } catch (IOException e) {
                        read.completeExceptionally(new UncheckedIOException(e));
                    }
                });
        return read;
    }

    private static void feed(OutputStream to, byte[] input) {
        try (to) {
            to.write(input);
        } catch (IOException e) {
            // The program did not want all of it.
        }
    }
}
