package dev.sallyport.broker.client;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;

/** Over HTTPS, to a broker that one of the given authorities vouches for. */
final class HttpsWire implements Wire {
    private static final Duration CONNECT = Duration.ofSeconds(5);

    private final URI broker;
    private final HttpClient http;

    HttpsWire(URI broker, List<X509Certificate> authorities) throws GeneralSecurityException {
        if (!"https".equals(broker.getScheme())) {
            throw new IllegalArgumentException("a broker's address begins with https://");
        }
        this.broker = broker;
        this.http =
                HttpClient.newBuilder()
                        .sslContext(BrokerTrust.context(authorities))
                        .version(HttpClient.Version.HTTP_1_1)
                        .connectTimeout(CONNECT)
                        .followRedirects(HttpClient.Redirect.NEVER)
                        .build();
    }

    @Override
    public Answer send(Call call) throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(broker.resolve(call.path())).timeout(call.limit());
        call.headers().forEach(request::header);
        request.method(call.method(), HttpRequest.BodyPublishers.ofByteArray(call.body()));
        HttpResponse<byte[]> response =
                http.send(
                        request.build(),
                        BodyHandlers.limiting(BodyHandlers.ofByteArray(), MAX_ANSWER));
        return new Answer(response.statusCode(), response.body());
    }

    @Override
    public String toString() {
        return broker.toString();
    }

    @Override
    public void close() {
        http.shutdownNow();
    }
}
