package dev.sallyport.recorder.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.recorder.disk.LocalDisk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NoteKeyTest {
    @TempDir private Path directory;

    @Test
    void keptKeyIsReadBackAndPrivate() throws IOException {
        // Given
        Path file = directory.resolve("log.key");
        NoteKey made = NoteKey.loadOrCreate(new LocalDisk(), file, "a/b/2026-11");

        // When
        NoteKey read = NoteKey.loadOrCreate(new LocalDisk(), file, "a/b/2026-11");

        // Then
        assertThat(read.vkey()).isEqualTo(made.vkey());
        assertThat(read.sign("x\n").verify(List.of(made.verifier()))).isEqualTo(Note.Verdict.GOOD);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
    }

    @Test
    void refusesAKeyThatOthersMayRead() throws IOException {
        Path file = directory.resolve("log.key");
        NoteKey.loadOrCreate(new LocalDisk(), file, "log");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
        assertThatThrownBy(() -> NoteKey.loadOrCreate(new LocalDisk(), file, "log"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("0600");
    }

    @Test
    void refusesADamagedFileWithoutShowingIt() throws IOException {
        Path file = directory.resolve("log.key");
        NoteKey.loadOrCreate(new LocalDisk(), file, "log");
        String first = Files.readString(file).lines().findFirst().orElseThrow();
        Files.writeString(file, first + "\n" + first + "\n");
        assertThatThrownBy(() -> NoteKey.loadOrCreate(new LocalDisk(), file, "log"))
                .isInstanceOf(IOException.class)
                .hasMessageNotContaining(first);
    }
}
