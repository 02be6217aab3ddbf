package dev.sallyport.access.certificate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPair;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class KeyFilesTest {
    @TempDir private Path directory;

    @ParameterizedTest
    @CsvSource({"ED25519,PKCS8", "ED25519,OPENSSH", "P256,PKCS8", "P256,OPENSSH"})
    void readsTheFileThatItWrites(KeyKind kind, KeyFiles.Format format) throws Exception {
        // Given
        Path file = directory.resolve("key");

        // When
        KeyPair made = KeyFiles.create(file, kind, format);
        KeyPair read = KeyFiles.load(file);

        // Then
        assertThat(Thumbprint.of(read.getPublic())).isEqualTo(Thumbprint.of(made.getPublic()));
        String proof = KeyProof.sign(read.getPrivate(), "test", new byte[1]);
        assertThat(KeyProof.verify(made.getPublic(), "test", new byte[1], proof)).isTrue();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        try (var files = Files.list(directory)) {
            assertThat(files).containsExactly(file);
        }
    }

    @Test
    void neverOverwritesAKey() throws Exception {
        Path file = directory.resolve("key");
        KeyFiles.create(file, KeyKind.P256, KeyFiles.Format.PKCS8);
        byte[] before = Files.readAllBytes(file);

        assertThatExceptionOfType(FileAlreadyExistsException.class)
                .isThrownBy(() -> KeyFiles.create(file, KeyKind.P256, KeyFiles.Format.PKCS8));
        assertThat(Files.readAllBytes(file)).isEqualTo(before);
    }

    @ParameterizedTest
    @ValueSource(strings = {"rw-r-----", "rw----r--", "rw--w----", "rw-rw-rw-"})
    void refusesAKeyThatOthersMayTouch(String mode) throws Exception {
        Path file = directory.resolve("key");
        KeyFiles.create(file, KeyKind.ED25519, KeyFiles.Format.PKCS8);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));

        assertThatIOException()
                .isThrownBy(() -> KeyFiles.load(file))
                .withMessageContaining("open to others");
    }

    @Test
    void makesOneKeyForAllWhoAskAtOnce() throws Exception {
        // Given
        Path file = directory.resolve("key");
        Callable<String> ask =
                () ->
                        Thumbprint.of(
                                KeyFiles.loadOrCreate(file, KeyKind.ED25519, KeyFiles.Format.PKCS8)
                                        .getPublic());

        // When
        var names = new HashSet<String>();
        try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
            var answers = new ArrayList<Future<String>>();
            for (int i = 0; i < 16; i++) {
                answers.add(executor.submit(ask));
            }
            for (Future<String> answer : answers) {
                names.add(answer.get());
            }
        }

        // Then
        assertThat(names).hasSize(1);
    }

    @Test
    void saysWhenThereIsNone() {
        assertThatExceptionOfType(NoSuchFileException.class)
                .isThrownBy(() -> KeyFiles.load(directory.resolve("none")));
    }

    @ParameterizedTest
    @CsvSource({"ED25519,PKCS8", "ED25519,OPENSSH", "P256,PKCS8", "P256,OPENSSH"})
    void refusesABrokenFileWithoutQuotingIt(KeyKind kind, KeyFiles.Format format) throws Exception {
        // Given
        Path file = directory.resolve("key");
        KeyFiles.create(file, kind, format);
        byte[] good = Files.readAllBytes(file);
        var random = new Random(5);

        for (int round = 0; round < 40; round++) {
            byte[] bad = good.clone();
            bad[random.nextInt(bad.length)] ^= (byte) (1 + random.nextInt(127));
            Files.write(file, bad);

            // When
            try {
                KeyFiles.load(file);
            } catch (IOException refused) {
                // Then
                assertThat(refused.getMessage()).startsWith(file + " is not an Ed25519 or P-256");
                assertThat(refused.getCause()).isNull();
            }
        }
    }

    @Test
    void refusesAFileThatIsTooLarge() throws Exception {
        Path file = directory.resolve("key");
        KeyFiles.create(file, KeyKind.P256, KeyFiles.Format.PKCS8);
        Files.write(file, new byte[100_000]);

        assertThatIOException()
                .isThrownBy(() -> KeyFiles.load(file))
                .withMessageContaining("too large");
    }
}
