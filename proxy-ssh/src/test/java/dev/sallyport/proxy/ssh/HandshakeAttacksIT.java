package dev.sallyport.proxy.ssh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.sallyport.access.fake.Attack;
import dev.sallyport.proxy.ssh.fixture.RawPeer;
import dev.sallyport.proxy.ssh.fixture.SshHouse;
import dev.sallyport.proxy.ssh.fixture.StockSsh;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What strangers can try before anybody has proved anything. */
class HandshakeAttacksIT {
    private static final Duration LOGIN_TIME = Duration.ofSeconds(2);

    /** The library looks after its deadlines once a second, on a machine that may be busy. */
    private static final Duration CUT = LOGIN_TIME.plusSeconds(10);

    /** Below {@link #LOGIN_TIME}: whoever hangs up within it did not wait for the deadline. */
    private static final Duration AT_ONCE = Duration.ofMillis(1500);

    private static final int ROOM = 8;

    /** The largest packet, which bounds what is read after a length that is none, and some. */
    private static final int SWALLOWED = 256 * 1024 + 1024;

    @TempDir static Path directory;

    private static SshHouse house;
    private static StockSsh agent;

    @BeforeAll
    static void open() throws Exception {
        house = new SshHouse(directory, limits(false));
        agent = house.agent(SshHouse.only("true"));
    }

    @AfterAll
    static void close() throws Exception {
        house.close();
    }

    private static SshLimits limits(boolean requireStrictKex) {
        return limits(LOGIN_TIME, requireStrictKex);
    }

    private static SshLimits limits(Duration loginTime, boolean requireStrictKex) {
        return new SshLimits(
                ROOM,
                loginTime,
                6,
                16,
                Duration.ofSeconds(10),
                Duration.ofSeconds(5),
                Duration.ofMillis(200),
                requireStrictKex);
    }

    @Test
    @Attack(1)
    void strictKeyExchangeIsOfferedToAgents() throws Exception {
        try (var peer = RawPeer.connect(house.proxy().port())) {
            // When
            peer.greet();

            // Then
            assertThat(text(peer.packet())).contains(RawPeer.STRICT_SERVER);
        }
    }

    @Test
    @Attack(1)
    void anAgentWithoutStrictKeyExchangeIsRefusedWhereItIsRequired() throws Exception {
        try (SshProxy strict = house.proxyTo(nowhere(1), limits(true))) {
            // When
            try (var lax = RawPeer.connect(strict.port());
                    var modern = RawPeer.connect(strict.port());
                    var tolerated = RawPeer.connect(house.proxy().port())) {
                // Then
                assertThat(exchanges(lax, "curve25519-sha256")).isFalse();
                assertThat(exchanges(modern, "curve25519-sha256," + RawPeer.STRICT_CLIENT))
                        .isTrue();
                assertThat(exchanges(tolerated, "curve25519-sha256")).isTrue();
            }
        }
    }

    /** Whether the proxy goes on to answer the key exchange. */
    private static boolean exchanges(RawPeer peer, String exchanges) throws IOException {
        try {
            peer.greet();
            peer.packet();
            peer.packet(RawPeer.proposal(exchanges)).packet(RawPeer.ecdhInit());
            return peer.packet()[0] == RawPeer.KEX_ECDH_REPLY;
        } catch (java.io.EOFException | SocketException e) {
            return false;
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    @Attack(1)
    void strictKeyExchangeIsOfferedToTargetsAndRequiredOfThem(boolean required) throws Exception {
        // Given a target that does not know it
        try (var listener = new ServerSocket()) {
            listener.bind(new InetSocketAddress("127.0.0.1", 0));
            CompletableFuture<byte[]> offered = new CompletableFuture<>();
            CompletableFuture<Boolean> goesOn = new CompletableFuture<>();
            Thread.ofVirtual().start(() -> laxTarget(listener, offered, goesOn));
            try (SshProxy proxy =
                    house.proxyTo(nowhere(listener.getLocalPort()), limits(required))) {
                // When
                var result =
                        agent.ssh("-o", "Port=" + proxy.port(), "-p", "" + proxy.port(), "host");

                // Then
                assertThat(result.exit()).isNotZero();
                assertThat(text(offered.get(10, TimeUnit.SECONDS))).contains(RawPeer.STRICT_CLIENT);
                assertThat(goesOn.get(10, TimeUnit.SECONDS)).isEqualTo(!required);
            }
        }
    }

    private static void laxTarget(
            ServerSocket listener,
            CompletableFuture<byte[]> offered,
            CompletableFuture<Boolean> goesOn) {
        try (var peer = new RawPeer(listener.accept())) {
            peer.greet();
            offered.complete(peer.packet());
            peer.packet(RawPeer.proposal("curve25519-sha256"));
            goesOn.complete(peer.packet()[0] == RawPeer.KEX_ECDH_INIT);
        } catch (IOException e) {
            offered.completeExceptionally(e);
            goesOn.complete(false);
        }
    }

    private static SshTarget nowhere(int port) {
        return new SshTarget(
                SshHouse.TARGET,
                "127.0.0.1",
                port,
                List.of(HostKeyPin.parse(house.sshd().hostKeyLine())));
    }

    @Test
    @Attack(12)
    void aHandshakeThatIsSlowIsCutInTime() throws Exception {
        try (var silent = RawPeer.connect(house.proxy().port());
                var half = RawPeer.connect(house.proxy().port());
                var undecided = RawPeer.connect(house.proxy().port())) {
            // When
            half.send("SSH-2.0-".getBytes(StandardCharsets.US_ASCII));
            undecided.greet();
            undecided.packet(RawPeer.proposal("curve25519-sha256"));

            // Then
            assertThat(silent.isHungUpWithin(CUT)).isTrue();
            assertThat(half.isHungUpWithin(CUT)).isTrue();
            assertThat(undecided.isHungUpWithin(CUT)).isTrue();
        }
    }

    @Test
    @Attack(12)
    void aHandshakeThatNeverEndsIsCutInTime() throws Exception {
        // When: one message that means nothing after another
        byte[] ignore = {2, 0, 0, 0, 0};
        long deadline = System.nanoTime() + CUT.toNanos();
        boolean cut = false;
        try (var peer = RawPeer.connect(house.proxy().port())) {
            peer.greet();
            while (!cut && System.nanoTime() < deadline) {
                try {
                    peer.packet(ignore);
                } catch (SocketException e) {
                    cut = true;
                }
            }
        }

        // Then
        assertThat(cut).isTrue();
    }

    @Test
    @Attack(12)
    void anIdentificationWithoutEndIsCutAtOnce() throws Exception {
        try (var peer = RawPeer.connect(house.proxy().port())) {
            // When
            try {
                peer.send("x".repeat(300_000).getBytes(StandardCharsets.US_ASCII));
            } catch (SocketException e) {
                // Cut while it was still talking.
            }

            // Then
            assertThat(peer.isHungUpWithin(AT_ONCE)).isTrue();
        }
        assertServes();
    }

    @Test
    @Attack(12)
    void aHugeCountOfMechanismsIsCutOrAnswered() throws Exception {
        try (var peer = RawPeer.connect(house.proxy().port())) {
            // When
            peer.greet();
            try {
                peer.packet(RawPeer.proposal("a,".repeat(120_000) + "curve25519-sha256"));
            } catch (SocketException e) {
                // Cut while it was still talking.
            }

            // Then
            assertThat(peer.isHungUpWithin(CUT)).isTrue();
        }
        assertServes();
    }

    @Test
    @Attack({12, 50})
    void aFloodOfHandshakesTakesABoundedRoomAndPasses() throws Exception {
        // Given
        List<RawPeer> flood = new ArrayList<>();
        try {
            for (int i = 0; i < 4 * ROOM; i++) {
                flood.add(RawPeer.connect(house.proxy().port()));
            }

            // Then: most are closed without a word, the others in time
            int atOnce = 0;
            for (RawPeer peer : flood.subList(2 * ROOM, flood.size())) {
                atOnce += peer.isHungUpWithin(AT_ONCE.dividedBy(ROOM)) ? 1 : 0;
            }
            assertThat(atOnce).isGreaterThanOrEqualTo(ROOM);
            for (RawPeer peer : flood) {
                assertThat(peer.isHungUpWithin(CUT)).isTrue();
            }
        } finally {
            for (RawPeer peer : flood) {
                peer.close();
            }
        }
        assertServes();
    }

    @ParameterizedTest
    @ValueSource(ints = {Integer.MAX_VALUE, -1, Integer.MIN_VALUE, 300_000, 0, 1})
    @Attack(13)
    void aLengthThatNoPacketHasIsNeitherBelievedNorWaitedFor(int length) throws Exception {
        // Given a proxy that is not cut short by its patience
        try (SshProxy patient = house.proxyTo(nowhere(1), limits(CUT.multipliedBy(4), false));
                var peer = RawPeer.connect(patient.port())) {
            // When: a length, and what the library swallows so that nobody learns from its timing
            peer.greet();
            try {
                peer.send(ByteBuffer.allocate(4 + SWALLOWED).putInt(length).array());
            } catch (SocketException e) {
                // Cut while it was still talking.
            }

            // Then
            assertThat(peer.isHungUpWithin(CUT)).isTrue();
        }
        assertServes();
    }

    @Test
    @Attack({13, 14})
    void brokenPacketsEndTheirOwnConnectionOnly() throws Exception {
        // Given
        var random = new Random(14);
        byte[] good = RawPeer.proposal("curve25519-sha256");
        for (int round = 0; round < 200; round++) {
            byte[] bad = good.clone();
            for (int i = 0; i < 1 + random.nextInt(8); i++) {
                bad[random.nextInt(bad.length)] = (byte) random.nextInt(256);
            }
            byte[] noise = new byte[random.nextInt(200) + 1];
            random.nextBytes(noise);

            // When
            assertThatCode(() -> throwAt(bad, noise)).doesNotThrowAnyException();
        }

        // Then
        assertServes();
    }

    private static void throwAt(byte[] first, byte[] second) throws IOException {
        try (var peer = RawPeer.connect(house.proxy().port())) {
            peer.greet();
            peer.packet(first).packet(second);
        } catch (SocketException e) {
            // Thrown out before all was said.
        } catch (IOException e) {
            assertThat(e).hasMessage("no identification"); // no room at that moment
        }
    }

    /** An honest agent gets through, at the latest when the strangers' time is over. */
    private static void assertServes() throws Exception {
        long deadline = System.nanoTime() + CUT.toNanos();
        var result = agent.ssh("host", "true");
        while (result.exit() != 0 && System.nanoTime() < deadline) {
            result = agent.ssh("host", "true");
        }
        assertThat(result.exit()).as(result.err()).isZero();
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }
}
