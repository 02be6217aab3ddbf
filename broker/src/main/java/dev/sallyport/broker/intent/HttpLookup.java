package dev.sallyport.broker.intent;

import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;

/**
 * Small, bounded GETs of JSON: HTTPS only (plain HTTP to a loopback address), no redirects at all,
 * an upper limit on time from connect to last byte and on size. Thread-safe; blocks.
 */
public final class HttpLookup implements AutoCloseable {
    /** application/json, or a type of its own that is JSON (RFC 6839 §3.1). */
    private static final Pattern JSON =
            Pattern.compile("(?i)application/([a-z0-9.-]+\\+)?json *(;.*)?");

    private final HttpClient client;
    private final Duration limit;
    private final long maxBytes;

    /**
     * @param limit from the call to the last byte
     * @param maxBytes the largest answer that is read
     */
    public HttpLookup(Duration limit, long maxBytes) {
        this.client =
                HttpClient.newBuilder()
                        .followRedirects(HttpClient.Redirect.NEVER)
                        .connectTimeout(limit)
                        .build();
        this.limit = limit;
        this.maxBytes = maxBytes;
    }

    /** Throws when {@code uri} is neither https nor plain http to a loopback address. */
    public static URI requireSafe(URI uri) throws IOException {
        String host = uri.getHost();
        boolean https = "https".equalsIgnoreCase(uri.getScheme());
        boolean http = "http".equalsIgnoreCase(uri.getScheme());
        if (host == null || uri.getRawUserInfo() != null || !(https || http && isLoopback(host))) {
            throw new IOException("URL must be https (http only to a loopback address)");
        }
        return uri;
    }

    /**
     * The body of a 200 answer.
     *
     * @throws IOException for everything else; the message never holds a byte of the answer
     */
    public byte[] fetch(URI uri) throws IOException {
        return exchange(uri).body();
    }

    /**
     * The body of a 200 answer that says that it is JSON: an error page of some proxy in between
     * never is, whatever it contains.
     *
     * @throws IOException for everything else; the message never holds a byte of the answer
     */
    public byte[] fetchJson(URI uri) throws IOException {
        HttpResponse<byte[]> response = exchange(uri);
        List<String> types = response.headers().allValues("Content-Type");
        if (types.size() != 1 || !JSON.matcher(types.getFirst()).matches()) {
            throw new IOException("the answer does not say that it is JSON");
        }
        return response.body();
    }

    private HttpResponse<byte[]> exchange(URI uri) throws IOException {
        HttpRequest request =
                HttpRequest.newBuilder(requireSafe(uri))
                        .timeout(limit)
                        .header("Accept", "application/json")
                        .GET()
                        .build();
        var handler = BodyHandlers.limiting(BodyHandlers.ofByteArray(), maxBytes);
        CompletableFuture<HttpResponse<byte[]>> exchange = client.sendAsync(request, handler);
        try {
            HttpResponse<byte[]> response = exchange.get(limit.toMillis(), TimeUnit.MILLISECONDS);
            if (response.statusCode() != 200) {
                throw new IOException("answered with status " + response.statusCode());
            }
            return response;
        } catch (TimeoutException e) {
            throw new IOException("no complete answer within " + limit, e);
        } catch (ExecutionException e) {
            throw new IOException("could not be fetched, or was too large", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        } finally {
            exchange.cancel(true);
        }
    }

    // Only literals and "localhost" count: a name that merely resolves to loopback may change.
    private static boolean isLoopback(String host) {
        String literal = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
        if (literal.equalsIgnoreCase("localhost")) {
            return true;
        }
        try {
            return literal.matches("[0-9.]+|[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*")
                    && InetAddress.getByName(literal).isLoopbackAddress();
        } catch (UnknownHostException e) {
            return false;
        }
    }

    @Override
    public void close() {
        client.shutdownNow();
    }
}
