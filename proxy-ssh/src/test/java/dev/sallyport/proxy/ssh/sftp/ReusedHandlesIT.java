package dev.sallyport.proxy.ssh.sftp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.access.fake.Attack;
import dev.sallyport.access.scope.Budget;
import dev.sallyport.access.scope.SshScope;
import dev.sallyport.proxy.ssh.fixture.SshHouse;
import java.io.DataInputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Handles of a real sftp-server, which gives a number again as soon as it is free. */
class ReusedHandlesIT {
    private static final int READ = 1;
    private static final int WRITE_CREATE = 2 | 8;

    /** Attributes (§5): permissions, and open for everybody. */
    private static final byte[] EVERYBODY = ByteBuffer.allocate(8).putInt(4).putInt(0777).array();

    @TempDir static Path directory;

    private static SshHouse house;

    @BeforeAll
    static void open() throws Exception {
        house = new SshHouse(directory.resolve("house"));
    }

    @AfterAll
    static void close() throws Exception {
        house.close();
    }

    @Test
    @Attack(19)
    void aRightToOneFileIsNotUsedOnTheNextOneUnderItsHandle() throws Exception {
        // Given: one file that may be written, and one that may only be read
        Path mine = directory.toRealPath().resolve("mine");
        Path others = Files.writeString(directory.toRealPath().resolve("others"), "x");
        var strict = PosixFilePermissions.fromString("rw-------");
        Files.setPosixFilePermissions(others, strict);
        Process client =
                house.agent(files(List.of(others.toString()), List.of(mine.toString())))
                        .start("-s", "host", "sftp");
        OutputStream to = client.getOutputStream();
        var from = new DataInputStream(client.getInputStream());
        send(to, new SftpWriter(Sftp.INIT).int32(3));
        answer(from);
        send(to, opening(1, mine, WRITE_CREATE));
        byte[] handle = handle(answer(from));

        // When: in one go, so that no answer has come when the last one is read
        send(
                to,
                new SftpWriter(Sftp.CLOSE).int32(2).string(handle),
                opening(3, others, READ),
                new SftpWriter(Sftp.FSETSTAT).int32(4).string(handle).raw(EVERYBODY));
        for (int i = 0; i < 3; i++) {
            answer(from);
        }

        // Then
        client.destroy();
        assertThat(Files.getPosixFilePermissions(others)).isEqualTo(strict);
    }

    private static SftpWriter opening(int id, Path path, int flags) {
        return new SftpWriter(Sftp.OPEN).int32(id).text(path.toString()).int32(flags).int32(0);
    }

    private static void send(OutputStream to, SftpWriter... packets) throws Exception {
        var all = new java.io.ByteArrayOutputStream();
        for (SftpWriter packet : packets) {
            all.writeBytes(packet.packet());
        }
        to.write(all.toByteArray());
        to.flush();
    }

    private static byte[] answer(DataInputStream from) throws Exception {
        return from.readNBytes(from.readInt());
    }

    private static byte[] handle(byte[] answer) throws MalformedStreamException {
        var reader = new SftpReader(answer);
        assertThat(reader.octet()).isEqualTo(Sftp.HANDLE);
        reader.int32();
        return reader.string();
    }

    private static SshScope files(List<String> read, List<String> write) {
        return new SshScope(
                SshHouse.TARGET,
                SshHouse.LOGIN,
                List.of(),
                false,
                read,
                write,
                List.of(),
                List.of(),
                false,
                false,
                List.of(),
                Budget.UNLIMITED);
    }
}
