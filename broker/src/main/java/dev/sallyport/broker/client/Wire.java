package dev.sallyport.broker.client;

import java.io.IOException;
import java.time.Duration;
import java.util.Map;

/** Carries one call at a time to a broker and its answer back. Thread-safe; every call blocks. */
sealed interface Wire extends AutoCloseable permits HttpsWire, SocketWire {
    /** The largest answer that is read. */
    int MAX_ANSWER = 16 * 1024 * 1024;

    /**
     * A call.
     *
     * @param path with its query, percent-encoded
     * @param limit until the whole answer is here
     */
    record Call(
            String method, String path, Map<String, String> headers, byte[] body, Duration limit) {}

    /** An answer, whatever it says. */
    record Answer(int status, byte[] body) {}

    /**
     * Makes a call.
     *
     * @throws IOException when there is no whole answer in time
     */
    Answer send(Call call) throws IOException, InterruptedException;

    @Override
    void close();
}
