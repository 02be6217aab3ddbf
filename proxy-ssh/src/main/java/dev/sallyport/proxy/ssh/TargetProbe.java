package dev.sallyport.proxy.ssh;

import dev.sallyport.proxy.ssh.mina.ModernAlgorithms;
import java.io.IOException;
import java.time.Duration;
import java.util.EnumSet;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.sshd.client.SshClient;
import org.apache.sshd.client.session.ClientSession;
import org.apache.sshd.client.session.ClientSession.ClientSessionEvent;

/** Looks whether a target answers with the host key that is pinned, without logging in. */
public final class TargetProbe {
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private TargetProbe() {}

    /** What is wrong with {@code target}, for people; empty when nothing is. Blocks up to 10 s. */
    public static String look(SshTarget target) {
        var isPinned = new AtomicBoolean();
        try (SshClient client = SshClient.setUpDefaultClient()) {
            ModernAlgorithms.apply(client);
            client.setServerKeyVerifier((session, address, key) -> {
                isPinned.set(target.pins().stream().anyMatch(pin -> pin.accepts(key)));
                return isPinned.get();
            });
            client.start();
            try (ClientSession session =
                    client.connect("nobody", target.host(), target.port())
                            .verify(PATIENCE)
                            .getSession()) {
                session.waitFor(
                        EnumSet.of(ClientSessionEvent.WAIT_AUTH, ClientSessionEvent.CLOSED),
                        PATIENCE);
            }
        } catch (IOException e) {
            return isPinned.get() ? "" : "no answer at " + target.host() + ":" + target.port();
        }
        return isPinned.get() ? "" : "shows another host key than the one that is pinned";
    }
}
