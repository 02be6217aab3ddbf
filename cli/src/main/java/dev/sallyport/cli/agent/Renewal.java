package dev.sallyport.cli.agent;

import dev.sallyport.access.port.BrokerUnreachableException;
import dev.sallyport.broker.api.ApiBody;
import dev.sallyport.broker.client.ApiRefusedException;
import dev.sallyport.broker.client.BrokerClient;
import dev.sallyport.broker.request.KeyStep;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Keeps the certificates of a grant directory fresh while a command runs, up to the grant's end. A
 * renewal that is refused ends it: the certificate then simply runs out.
 */
final class Renewal implements AutoCloseable {
    /** Renews this long before the end, or at half of what is left when that is sooner. */
    private static final Duration AHEAD = Duration.ofMinutes(2);

    private static final Duration RETRY = Duration.ofSeconds(15);

    private final BrokerClient client;
    private final GrantDirectory directory;
    private final AgentKeys keys;
    private final CountDownLatch closed = new CountDownLatch(1);

    private Renewal(BrokerClient client, GrantDirectory directory, AgentKeys keys) {
        this.client = client;
        this.directory = directory;
        this.keys = keys;
    }

    static Renewal start(BrokerClient client, GrantDirectory directory) throws IOException {
        var renewal = new Renewal(client, directory, AgentKeys.load(directory.path()));
        Thread.ofVirtual().name("renewal").start(renewal::run);
        return renewal;
    }

    private void run() {
        try {
            Instant grantEnd = directory.grant().notAfter();
            Instant certificateEnd = directory.certificateEnd();
            while (certificateEnd.isBefore(grantEnd.minusSeconds(1))) {
                if (closed.await(pause(certificateEnd).toMillis(), TimeUnit.MILLISECONDS)) {
                    return;
                }
                certificateEnd = renewed(certificateEnd);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException | ApiRefusedException e) {
            // The command goes on with the certificate that it has; the proxy ends it in time.
            return;
        }
    }

    private static Duration pause(Instant certificateEnd) {
        Duration left = Duration.between(Instant.now(), certificateEnd);
        Duration half = left.dividedBy(2);
        return half.compareTo(AHEAD) < 0 ? half : left.minus(AHEAD);
    }

    private Instant renewed(Instant certificateEnd) throws IOException, ApiRefusedException {
        try {
            String grant = directory.grant().id();
            KeyStep step = keys.step(KeyStep.Verb.RENEW, grant, Instant.now());
            ApiBody.Issued issued = client.renew(step);
            directory.write(issued);
            return issued.certificateEnd();
        } catch (BrokerUnreachableException e) {
            if (Instant.now().plus(RETRY).isBefore(certificateEnd)) {
                return Instant.now().plus(RETRY);
            }
            throw new IOException("the broker cannot be reached", e);
        }
    }

    @Override
    public void close() {
        closed.countDown();
    }
}
