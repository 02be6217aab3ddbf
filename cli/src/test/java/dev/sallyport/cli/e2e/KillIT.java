package dev.sallyport.cli.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.access.fake.Attack;
import dev.sallyport.cli.ExitCode;
import dev.sallyport.cli.node.Endpoint;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The operator's side of a kill, in front of a whole node. */
final class KillIT {
    /** More than the broker's listener takes from all peers. */
    private static final int FLOOD = 2100;

    @TempDir private static Path directory;

    private static Stand stand;

    @BeforeAll
    static void open() throws Exception {
        stand = Stand.start(directory);
        stand.grant("bot", "report", "customer=42");
    }

    @AfterAll
    static void close() {
        stand.close();
    }

    @Test
    @Attack(58)
    void aKillSaysWhatItHasMet() {
        // When
        Ran mistyped = kill("--agent", "test/bott");
        Ran met = kill("--agent", "test/bot");

        // Then
        assertThat(mistyped.exit()).as(mistyped.err()).isEqualTo(ExitCode.DONE);
        assertThat(mistyped.out()).contains("agent test/bott (sessions: 0, grants: 0)");
        assertThat(mistyped.err()).contains("nothing live matches");
        assertThat(met.out()).contains("agent test/bot (sessions: 0, grants: 1)");
        assertThat(met.err()).isEmpty();
    }

    @Test
    @Attack(58)
    void aTargetThatIsNoneIsRefused() {
        // When
        Ran ran = kill("--target", Stand.TARGET);

        // Then
        assertThat(ran.exit()).isEqualTo(ExitCode.DENIED);
        assertThat(ran.err()).contains("ssh:NAME");
    }

    @Test
    @Attack({50, 58})
    void anOperatorKillsAndUnlocksWhileConnectionsFloodTheBroker() throws Exception {
        List<Socket> flood = flood();
        try {
            // When
            Ran killed = kill("--run", "run-9");
            String lock = killed.out().split(" ")[1];
            Ran unlocked = stand.sallyport("unlock", lock, "--reason", "over");

            // Then
            assertThat(killed.exit()).as(killed.err()).isEqualTo(ExitCode.DONE);
            assertThat(unlocked.exit()).as(unlocked.err()).isEqualTo(ExitCode.DONE);
        } finally {
            for (Socket socket : flood) {
                socket.close();
            }
        }
    }

    private static List<Socket> flood() throws IOException {
        int port =
                URI.create(Endpoint.read(stand.data().resolve("endpoint")).orElseThrow()).getPort();
        var flood = new ArrayList<Socket>();
        for (int i = 0; i < FLOOD; i++) {
            var socket = new Socket();
            flood.add(socket);
            // Each sixty-four from another address: no bound for one peer helps.
            socket.bind(new InetSocketAddress("127.0.1." + (1 + i / 64), 0));
            socket.connect(new InetSocketAddress("127.0.0.1", port), 5000);
        }
        return flood;
    }

    private static Ran kill(String... what) {
        var words = new ArrayList<>(List.of("kill", "--reason", "an end-to-end test"));
        words.addAll(List.of(what));
        return stand.sallyport(words.toArray(String[]::new));
    }
}
