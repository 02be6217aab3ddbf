package dev.sallyport.proxy.ssh;

import static org.assertj.core.api.Assertions.assertThat;

import com.jcraft.jsch.ChannelExec;
import com.jcraft.jsch.ChannelSftp;
import com.jcraft.jsch.JSch;
import dev.sallyport.access.Grant;
import dev.sallyport.access.certificate.SshCertificates;
import dev.sallyport.access.event.Event;
import dev.sallyport.access.event.EventType;
import dev.sallyport.access.fake.Grants;
import dev.sallyport.proxy.ssh.fixture.Patience;
import dev.sallyport.proxy.ssh.fixture.SshHouse;
import dev.sallyport.proxy.ssh.fixture.StockSsh;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import org.apache.sshd.client.SshClient;
import org.apache.sshd.client.channel.ClientChannelEvent;
import org.apache.sshd.client.session.ClientSession;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.sftp.client.SftpClientFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Clients that are not OpenSSH's log in with the agent's certificate, run commands, move files. */
class OtherClientsIT {
    private static final Duration TIME = Duration.ofSeconds(30);
    private static final String COMMAND = "cat; echo err >&2; exit 4";
    private static final int MILLISECONDS = (int) TIME.toMillis();

    @TempDir static Path directory;

    private static SshHouse house;
    private static StockSsh agent;
    private static Grant grant;

    @BeforeAll
    static void open() throws Exception {
        house = new SshHouse(directory);
        grant = house.grants().grant(Grants.agent(), SshHouse.everything());
        agent = house.agent(grant);
    }

    @AfterAll
    static void close() throws Exception {
        house.close();
    }

    @Test
    void paramikoRunsCommandsAndMovesFiles() throws Exception {
        // Given
        String script =
                """
                import paramiko, sys
                key = paramiko.Ed25519Key.from_private_key_file(sys.argv[1])
                key.load_certificate(sys.argv[1] + '-cert.pub')
                client = paramiko.SSHClient()
                client.set_missing_host_key_policy(paramiko.AutoAddPolicy())
                client.connect('127.0.0.1', int(sys.argv[2]), username=sys.argv[3], pkey=key,
                               allow_agent=False, look_for_keys=False)
                i, o, e = client.exec_command(sys.argv[4])
                i.write('in'); i.channel.shutdown_write()
                print(o.read().decode(), e.read().decode(), o.channel.recv_exit_status(), sep='|')
                files = client.open_sftp()
                files.put(sys.argv[5], sys.argv[5] + '-far')
                files.get(sys.argv[5] + '-far', sys.argv[5] + '-back')
                """;
        Path file = Files.write(directory.resolve("paramiko"), random());

        // When
        var result =
                agent.run(
                        new byte[0],
                        List.of(
                                "/usr/bin/python3",
                                "-c",
                                script,
                                agent.directory().resolve("id").toString(),
                                String.valueOf(house.proxy().port()),
                                SshHouse.USER,
                                COMMAND,
                                file.toString()));

        // Then
        assertThat(result.out()).as(result.err()).isEqualTo("in|err\n|4\n");
        assertThat(Path.of(file + "-far")).hasBinaryContent(random());
        assertThat(Path.of(file + "-back")).hasBinaryContent(random());
        assertRecorded(Path.of(file + "-far"), "paramiko");
    }

    @Test
    void jschRunsCommandsAndMovesFiles() throws Exception {
        // Given
        var jsch = new JSch();
        Path identity = agent.directory().resolve("id");
        jsch.addIdentity(identity.toString(), identity + "-cert.pub", null);
        jsch.setKnownHosts(agent.directory().resolve("known_hosts").toString());
        var session = jsch.getSession(SshHouse.USER, "127.0.0.1", house.proxy().port());
        session.setHostKeyAlias("sallyport");
        session.setConfig("StrictHostKeyChecking", "yes");
        Path far = directory.resolve("jsch-far");

        // When
        session.connect(MILLISECONDS);
        var ran = execute((ChannelExec) session.openChannel("exec"));
        var files = (ChannelSftp) session.openChannel("sftp");
        files.connect(MILLISECONDS);
        files.put(new ByteArrayInputStream(random()), far.toString());
        byte[] back = files.get(far.toString()).readAllBytes();
        session.disconnect();

        // Then
        assertThat(ran).isEqualTo("in|err\n|4");
        assertThat(far).hasBinaryContent(random());
        assertThat(back).isEqualTo(random());
        assertRecorded(far, "JSCH");
    }

    private static String execute(ChannelExec exec) throws Exception {
        exec.setCommand(COMMAND);
        exec.setInputStream(new ByteArrayInputStream("in".getBytes(StandardCharsets.UTF_8)));
        var err = new ByteArrayOutputStream();
        exec.setErrStream(err);
        var out = exec.getInputStream();
        exec.connect(MILLISECONDS);
        String read = new String(out.readAllBytes(), StandardCharsets.UTF_8);
        Patience.await("the exit status", exec::isClosed);
        return read + "|" + err.toString(StandardCharsets.UTF_8) + "|" + exec.getExitStatus();
    }

    @Test
    void minaRunsCommandsAndMovesFiles() throws Exception {
        // Given
        Path far = directory.resolve("mina-far");
        try (SshClient client = SshClient.setUpDefaultClient()) {
            client.setServerKeyVerifier((session, address, key) ->
                    KeyUtils.compareKeys(house.hostKey().getPublic(), key));
            client.start();

            // When
            String ran;
            byte[] back;
            try (ClientSession session = login(client)) {
                ran = execute(session);
                try (var files = SftpClientFactory.instance().createSftpClient(session)) {
                    try (var to = files.write(far.toString())) {
                        to.write(random());
                    }
                    try (var from = files.read(far.toString())) {
                        back = from.readAllBytes();
                    }
                }
            }

            // Then
            assertThat(ran).isEqualTo("in|err\n|4");
            assertThat(far).hasBinaryContent(random());
            assertThat(back).isEqualTo(random());
            assertRecorded(far, "APACHE-SSHD");
        }
    }

    private static ClientSession login(SshClient client) throws Exception {
        ClientSession session =
                client.connect(SshHouse.USER, "127.0.0.1", house.proxy().port())
                        .verify(TIME)
                        .getSession();
        session.addPublicKeyIdentity(
                new KeyPair(
                        SshCertificates.parse(house.certificate(grant)),
                        house.grants().agentKey().getPrivate()));
        session.auth().verify(TIME);
        return session;
    }

    private static String execute(ClientSession session) throws Exception {
        var out = new ByteArrayOutputStream();
        var err = new ByteArrayOutputStream();
        try (var exec = session.createExecChannel(COMMAND)) {
            exec.setIn(new ByteArrayInputStream("in".getBytes(StandardCharsets.UTF_8)));
            exec.setOut(out);
            exec.setErr(err);
            exec.open().verify(TIME);
            exec.waitFor(EnumSet.of(ClientChannelEvent.CLOSED), TIME);
            return out.toString(StandardCharsets.UTF_8)
                    + "|"
                    + err.toString(StandardCharsets.UTF_8)
                    + "|"
                    + exec.getExitStatus();
        }
    }

    /** The record names the client, and what it moved up and down by name and size. */
    private static void assertRecorded(Path far, String client) {
        assertThat(house.recorder().recordings())
                .filteredOn(recording ->
                        String.valueOf(recording.opening().fields().get("client")).contains(client))
                .singleElement()
                .satisfies(recording -> {
                    assertThat(recording.events(EventType.SSH_EXEC))
                            .extracting(event -> event.fields().get("command"))
                            .containsExactly(COMMAND);
                    assertThat(recording.events(EventType.SSH_SFTP))
                            .extracting(Event::fields)
                            .filteredOn(fields -> far.toString().equals(fields.get("path")))
                            .anySatisfy(
                                    fields -> assertThat(fields).containsEntry("written", 300_000L))
                            .anySatisfy(
                                    fields -> assertThat(fields).containsEntry("read", 300_000L));
                });
    }

    private static byte[] random() {
        byte[] bytes = new byte[300_000];
        new Random(1).nextBytes(bytes);
        return bytes;
    }
}
