package dev.sallyport.proxy.ssh;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.access.Lock;
import dev.sallyport.access.certificate.PublicKeys;
import dev.sallyport.access.event.EventType;
import dev.sallyport.access.fake.Attack;
import dev.sallyport.access.fake.Grants;
import dev.sallyport.proxy.ssh.fixture.SshHouse;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.sshd.common.keyprovider.KeyPairProvider;
import org.apache.sshd.server.Environment;
import org.apache.sshd.server.ExitCallback;
import org.apache.sshd.server.Signal;
import org.apache.sshd.server.SshServer;
import org.apache.sshd.server.channel.ChannelSession;
import org.apache.sshd.server.command.Command;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Promise 3: what a killed agent left running at its target is told to end. The target is MINA's
 * server, because Debian's sshd takes no signals for root, which is all that a test can log in as.
 */
class KillCancelsWorkIT {
    private static final String AGENT = "github/acme/runaway";

    @TempDir Path directory;
    private final CompletableFuture<Signal> signalled = new CompletableFuture<>();
    private final CompletableFuture<Void> started = new CompletableFuture<>();
    private SshHouse house;
    private SshServer target;
    private SshProxy proxy;

    @BeforeEach
    void open() throws Exception {
        house = new SshHouse(directory);
        target = SshServer.setUpDefaultServer();
        target.setHost("127.0.0.1");
        target.setKeyPairProvider(KeyPairProvider.wrap(house.hostKey()));
        target.setPublickeyAuthenticator((user, key, session) -> true);
        target.setCommandFactory((channel, command) -> new Endless());
        target.start();
        proxy =
                house.proxyTo(
                        new SshTarget(
                                SshHouse.TARGET,
                                "127.0.0.1",
                                target.getPort(),
                                List.of(
                                        HostKeyPin.parse(
                                                PublicKeys.line(house.hostKey().getPublic(), "")))),
                        SshLimits.DEFAULT);
    }

    @AfterEach
    void close() throws Exception {
        proxy.close();
        target.stop(true);
        house.close();
    }

    @Test
    @Attack(58)
    void aProgramWithoutATerminalIsKilledWithItsAgent() throws Exception {
        // Given
        var agent = house.agent(house.grants().grant(Grants.agent(AGENT), SshHouse.everything()));
        Process client = agent.start("-p", String.valueOf(proxy.port()), "host", "endless");
        started.get(20, TimeUnit.SECONDS);

        // When
        house.broker().kill(Lock.Subject.AGENT, AGENT);

        // Then
        assertThat(signalled.get(5, TimeUnit.SECONDS)).isEqualTo(Signal.KILL);
        assertThat(client.waitFor(5, TimeUnit.SECONDS)).isTrue();
        assertThat(house.recorder().events(EventType.SSH_REQUEST))
                .anySatisfy(event ->
                        assertThat(event.fields())
                                .containsEntry("signal", "KILL")
                                .containsEntry("by", "proxy"));
    }

    /** Runs until a signal ends it. */
    private final class Endless implements Command {
        @Override
        public void start(ChannelSession channel, Environment environment) {
            environment.addSignalListener(
                    (from, signal) -> signalled.complete(signal), Signal.SIGNALS);
            started.complete(null);
        }

        @Override
        public void setInputStream(InputStream in) {}

        @Override
        public void setOutputStream(OutputStream out) {}

        @Override
        public void setErrorStream(OutputStream err) {}

        @Override
        public void setExitCallback(ExitCallback callback) {}

        @Override
        public void destroy(ChannelSession channel) {}
    }
}
