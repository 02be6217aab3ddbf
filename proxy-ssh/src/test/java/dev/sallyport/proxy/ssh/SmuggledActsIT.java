package dev.sallyport.proxy.ssh;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.access.Grant;
import dev.sallyport.access.Lock;
import dev.sallyport.access.event.Event;
import dev.sallyport.access.event.EventType;
import dev.sallyport.access.fake.Attack;
import dev.sallyport.access.fake.Grants;
import dev.sallyport.proxy.ssh.fixture.Patience;
import dev.sallyport.proxy.ssh.fixture.RawAgent;
import dev.sallyport.proxy.ssh.fixture.SshHouse;
import java.io.ByteArrayOutputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.sshd.common.SshConstants;
import org.apache.sshd.common.util.buffer.Buffer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * No order, number or shape of messages brings a command to the target that was not judged, and
 * written down, for what it is.
 */
class SmuggledActsIT {
    private static final AtomicInteger MARKS = new AtomicInteger();

    @TempDir static Path directory;

    private static SshHouse house;

    @BeforeAll
    static void open() throws Exception {
        house = new SshHouse(directory);
    }

    @AfterAll
    static void close() throws Exception {
        house.close();
    }

    /** May touch files, and look who it is. */
    private static Grant grant() {
        return house.grants().grant(SshHouse.only("touch **", "cat"));
    }

    private static Path mark() {
        return directory.resolve("mark-" + MARKS.incrementAndGet());
    }

    private static List<Object> commands() {
        return house.recorder().events(EventType.SSH_EXEC).stream()
                .map(event -> event.fields().get("command"))
                .toList();
    }

    @Test
    void aSecondProgramOnOneChannelDoesNotStart() throws Exception {
        try (RawAgent agent = RawAgent.login(house, grant())) {
            // Given
            Path first = mark();
            Path second = mark();

            // When
            RawAgent.Channel channel =
                    agent.open().exec("touch " + first).exec("touch " + second).awaitClosed();

            // Then
            assertThat(channel.replies()).containsExactly(true, false);
            assertThat(first).exists();
            assertThat(second).doesNotExist();
            assertThat(commands()).contains("touch " + first).doesNotContain("touch " + second);
        }
    }

    @Test
    void aProgramBehindARefusedOneDoesNotStart() throws Exception {
        try (RawAgent agent = RawAgent.login(house, grant())) {
            // Given
            Path path = mark();

            // When
            RawAgent.Channel channel = agent.open().exec("id").exec("touch " + path).awaitClosed();

            // Then
            assertThat(channel.exit()).isEqualTo(77);
            assertThat(path).doesNotExist();
            assertThat(commands()).doesNotContain("touch " + path);
        }
    }

    @Test
    void aProgramBehindAHeldOneWaitsAndThenDoesNotStart() throws Exception {
        try (RawAgent agent = RawAgent.login(house, grant())) {
            // Given
            Path held = mark();
            Path behind = mark();
            RawAgent.Channel channel =
                    agent.open().exec("touch hold-me " + held).exec("touch " + behind).data("x");
            var question = house.broker().question();
            assertThat(question.request().shown()).isEqualTo("touch hold-me " + held);
            assertThat(held).doesNotExist();

            // When
            question.approve("anna");
            channel.awaitClosed();

            // Then
            assertThat(channel.replies()).containsExactly(true, false);
            assertThat(held).exists();
            assertThat(behind).doesNotExist();
            assertThat(commands()).doesNotContain("touch " + behind);
        }
    }

    @Test
    @Attack(58)
    void aYesAfterTheKillStartsNothing() throws Exception {
        // Given
        Path path = mark();
        String name = "github/acme/late-yes";
        Grant grant = house.grants().grant(Grants.agent(name), SshHouse.only("touch **"));
        try (RawAgent agent = RawAgent.login(house, grant)) {
            agent.open().exec("touch hold-me " + path);
            var question = house.broker().question();

            // When
            house.broker().kill(Lock.Subject.AGENT, name);
            question.approve("anna");

            // Then
            assertThat(agent.isHungUp()).isTrue();
            Patience.await("the end", () -> house.live().list().isEmpty());
            assertThat(path).doesNotExist();
            assertThat(commands()).doesNotContain("touch hold-me " + path);
        }
    }

    @Test
    void newKeysDuringAHoldChangeNothing() throws Exception {
        try (RawAgent agent = RawAgent.login(house, grant())) {
            // Given
            Path path = mark();
            RawAgent.Channel channel = agent.open().exec("touch hold-me " + path);
            var question = house.broker().question();

            // When
            agent.session().reExchangeKeys().verify(30_000);
            assertThat(path).doesNotExist();
            question.approve("anna");
            channel.awaitClosed();

            // Then
            assertThat(channel.exit()).isZero();
            assertThat(path).exists();
            assertThat(commands()).containsOnlyOnce("touch hold-me " + path);
        }
    }

    @Test
    @Attack(21)
    void bytesBeforeAProgramReachNone() throws Exception {
        try (RawAgent agent = RawAgent.login(house, grant())) {
            // When
            RawAgent.Channel channel = agent.open().data("early").exec("cat").end().awaitClosed();

            // Then
            assertThat(channel.out()).isEmpty();
            assertThat(channel.exit()).isEqualTo(77);
            assertThat(commands()).doesNotContain("cat");
        }
    }

    @Test
    void bytesBehindACommandInItsRequestAreNoPartOfIt() throws Exception {
        try (RawAgent agent = RawAgent.login(house, grant())) {
            // Given
            Path path = mark();
            var request = new ByteArrayOutputStream();
            request.writeBytes(RawAgent.string("touch " + path));
            request.writeBytes(RawAgent.string("; id"));

            // When
            RawAgent.Channel channel = agent.open().request("exec", request.toByteArray()).end();

            // Then
            Patience.await("the answer", () -> !channel.replies().isEmpty());
            assertThat(channel.replies()).containsExactly(false);
            assertThat(path).doesNotExist();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"SFTP", "sftp ", "sftp\0", "sftp\0x", "netconf", "/bin/sh", ""})
    @Attack(17)
    void aSubsystemIsOneThatIsNamedExactlySo(String name) throws Exception {
        try (RawAgent agent = RawAgent.login(house, house.grants().grant(SshHouse.everything()))) {
            // When
            RawAgent.Channel channel =
                    agent.open().request("subsystem", RawAgent.string(name)).awaitClosed();

            // Then
            assertThat(channel.exit()).isEqualTo(77);
            assertThat(channel.err()).contains("\"verdict\":\"deny\"");
        }
    }

    @Test
    @Attack(3)
    void nothingOpensBeforeAnyKeyIsProved() throws Exception {
        // Given
        int opened = house.recorder().events(EventType.SESSION_OPENED).size();
        try (RawAgent agent = RawAgent.stranger(house)) {
            // When
            service(agent, "ssh-connection");
            Buffer open = agent.session().createBuffer(SshConstants.SSH_MSG_CHANNEL_OPEN, 64);
            open.putString("session");
            open.putUInt(0);
            open.putUInt(1 << 20);
            open.putUInt(1 << 15);
            agent.session().writePacket(open);

            // Then
            assertThat(agent.isHungUp()).isTrue();
        }
        assertThat(house.recorder().events(EventType.SESSION_OPENED)).hasSize(opened);
    }

    @ParameterizedTest
    @ValueSource(strings = {"ssh-userauth", "ssh-connection"})
    @Attack({2, 3})
    void whoIsInProvesNothingASecondTime(String service) throws Exception {
        // Given
        String name = "github/acme/" + service;
        Grant grant = house.grants().grant(Grants.agent(name), SshHouse.only("touch **"));
        try (RawAgent agent = RawAgent.login(house, grant)) {
            Path before = mark();
            agent.open().exec("touch " + before).awaitClosed();
            assertThat(before).exists();

            // When
            service(agent, service);

            // Then
            assertThat(agent.isHungUp()).isTrue();
        }
        assertThat(house.recorder().events(EventType.SESSION_OPENED))
                .extracting(Event::context)
                .filteredOn(context -> context.toString().contains(name))
                .hasSize(1);
    }

    private static void service(RawAgent agent, String name) throws Exception {
        Buffer request = agent.session().createBuffer(SshConstants.SSH_MSG_SERVICE_REQUEST, 64);
        request.putString(name);
        agent.session().writePacket(request);
    }

    @Test
    void aTunnelRunsNoProgram() throws Exception {
        // Given
        Path path = mark();
        String address = "127.0.0.1:" + house.sshd().port();
        Grant grant = house.grants().grant(SshHouse.everything(address));
        try (RawAgent agent = RawAgent.login(house, grant)) {
            var place = new org.apache.sshd.common.util.buffer.ByteArrayBuffer();
            place.putString("127.0.0.1");
            place.putUInt(house.sshd().port());
            place.putString("127.0.0.1");
            place.putUInt(1);

            // When
            RawAgent.Channel channel =
                    agent.open("direct-tcpip", place.getCompactData()).exec("touch " + path);

            // Then
            Patience.await("the answer", () -> !channel.replies().isEmpty());
            assertThat(channel.replies()).containsExactly(false);
            assertThat(path).doesNotExist();
        }
    }
}
