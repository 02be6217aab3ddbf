package dev.sallyport.proxy.ssh;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.access.certificate.SshCertificates;
import dev.sallyport.access.fake.Attack;
import dev.sallyport.access.fake.Grants;
import dev.sallyport.proxy.ssh.fixture.SshHouse;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.KeyPair;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.apache.sshd.client.SshClient;
import org.apache.sshd.client.session.ClientSession;
import org.apache.sshd.common.SshConstants;
import org.apache.sshd.common.util.buffer.Buffer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an agent with a good grant can try that no ordinary client does. */
class ChannelAttacksIT {
    private static final int BATCH = 500;
    private static final int FEW = 25;

    /** A session's name in the record's books is far above; what leaks grows by more. */
    private static final long BYTES_FOR_EACH = 200;

    private static final long PATIENCE = TimeUnit.SECONDS.toNanos(30);

    @TempDir static Path directory;

    private static SshHouse house;
    private static SshClient client;

    private static final AtomicInteger REFUSED = new AtomicInteger();

    @BeforeAll
    static void open() throws Exception {
        house = new SshHouse(directory);
        client = SshClient.setUpDefaultClient();
        client.setServerKeyVerifier((session, address, key) -> true);
        client.setUnknownChannelReferenceHandler((service, command, id, buffer) -> {
            if (command == SshConstants.SSH_MSG_CHANNEL_OPEN_FAILURE) {
                REFUSED.incrementAndGet();
            }
            return null;
        });
        client.start();
    }

    @AfterAll
    static void close() throws Exception {
        client.stop();
        house.close();
    }

    private static ClientSession connect() throws Exception {
        var grant = house.grants().grant(Grants.agent("github/acme/odd"), SshHouse.only("echo *"));
        ClientSession session =
                client.connect(SshHouse.USER, "127.0.0.1", house.proxy().port())
                        .verify(PATIENCE, TimeUnit.NANOSECONDS)
                        .getSession();
        session.addPublicKeyIdentity(
                new KeyPair(
                        SshCertificates.parse(house.certificate(grant)),
                        house.grants().agentKey().getPrivate()));
        session.auth().verify(PATIENCE, TimeUnit.NANOSECONDS);
        return session;
    }

    private static String echo(ClientSession session, String word) throws IOException {
        return session.executeRemoteCommand("echo " + word, System.err, StandardCharsets.UTF_8)
                .strip();
    }

    @Test
    @Attack(9)
    void repliesThatNobodyAskedForDoNotBlockTheConnection() throws Exception {
        try (ClientSession session = connect()) {
            // Given
            assertThat(echo(session, "before")).isEqualTo("before");

            // When
            for (int i = 0; i < 1000; i++) {
                session.writePacket(session.createBuffer(SshConstants.SSH_MSG_REQUEST_FAILURE, 16));
                session.writePacket(session.createBuffer(SshConstants.SSH_MSG_REQUEST_SUCCESS, 16));
            }

            // Then
            assertThat(echo(session, "after")).isEqualTo("after");
        }
    }

    @Test
    @Attack(9)
    void repliesOnAnOpenChannelThatNobodyAskedForDoNotBlockIt() throws Exception {
        try (ClientSession session = connect();
                var channel = session.createExecChannel("echo still")) {
            // Given
            channel.open().verify(PATIENCE, TimeUnit.NANOSECONDS);

            // When
            for (int i = 0; i < 1000; i++) {
                Buffer packet = session.createBuffer(SshConstants.SSH_MSG_CHANNEL_SUCCESS, 16);
                packet.putUInt(channel.getRecipient());
                session.writePacket(packet);
            }

            // Then
            assertThat(new String(channel.getInvertedOut().readAllBytes(), StandardCharsets.UTF_8))
                    .isEqualTo("still\n");
            assertThat(echo(session, "after")).isEqualTo("after");
        }
    }

    @Test
    @Attack(10)
    void twentyThousandRefusedChannelsTakeNoMemory() throws Exception {
        refused(20_000, "nobody@sallyport.dev");
    }

    @Test
    @Tag("full")
    @Attack(10)
    void aHundredThousandRefusedChannelsTakeNoMemory() throws Exception {
        refused(100_000, "nobody@sallyport.dev");
    }

    @Test
    @Attack({10, 17, 20})
    void channelsToPlacesOutOfScopeAreRefusedOneByOne() throws Exception {
        try (ClientSession session = connect()) {
            // Given
            assertThat(echo(session, "before")).isEqualTo("before");

            // When: below the number of channels that one connection may have waiting
            int begun = REFUSED.get();
            for (int i = 0; i < BATCH; i++) {
                open(session, "direct-tcpip", 2 * i, "169.254.169.254", 80);
                open(session, "direct-tcpip", 2 * i + 1, "127.0.0.1", house.sshd().port());
                if (i % FEW == 0) {
                    awaitRefused(begun + 2 * i + 2);
                }
            }

            // Then
            awaitRefused(begun + 2 * BATCH);
            assertThat(echo(session, "after")).isEqualTo("after");
        }
    }

    private static void refused(int count, String type) throws Exception {
        try (ClientSession session = connect()) {
            // Given
            opens(session, BATCH, type);
            long before = used();

            // When
            opens(session, count, type);

            // Then
            assertThat((used() - before) / count).isLessThan(BYTES_FOR_EACH);
            assertThat(echo(session, "after")).isEqualTo("after");
        }
    }

    private static void opens(ClientSession session, int count, String type) throws Exception {
        int begun = REFUSED.get();
        for (int sent = 0; sent < count; sent += BATCH) {
            for (int i = 0; i < BATCH; i++) {
                open(session, type, sent + i, "127.0.0.1", 1);
            }
            awaitRefused(begun + sent + BATCH);
        }
    }

    /** A request to open a channel (RFC 4254 §5.1), with a place to go to (§7.2). */
    private static void open(ClientSession session, String type, int number, String host, int port)
            throws IOException {
        Buffer packet = session.createBuffer(SshConstants.SSH_MSG_CHANNEL_OPEN, 128);
        packet.putString(type);
        packet.putUInt(1_000_000L + number);
        packet.putUInt(1 << 20);
        packet.putUInt(1 << 15);
        packet.putString(host);
        packet.putUInt(port);
        packet.putString("127.0.0.1");
        packet.putUInt(9);
        session.writePacket(packet);
    }

    private static void awaitRefused(int count) {
        long deadline = System.nanoTime() + PATIENCE;
        while (REFUSED.get() < count) {
            assertThat(System.nanoTime()).as("refused: " + REFUSED).isLessThan(deadline);
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
        }
    }

    private static long used() {
        var memory = ManagementFactory.getMemoryMXBean();
        memory.gc();
        memory.gc();
        return memory.getHeapMemoryUsage().getUsed();
    }
}
