package dev.sallyport.recorder.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.sallyport.access.Protocol;
import dev.sallyport.access.event.EventContext;
import dev.sallyport.access.event.EventType;
import dev.sallyport.access.port.Cast;
import dev.sallyport.access.port.CastHeader;
import dev.sallyport.access.port.SessionEnd;
import dev.sallyport.access.port.SessionOpening;
import dev.sallyport.access.port.SessionRecording;
import dev.sallyport.recorder.FileRecorder;
import dev.sallyport.recorder.RecorderSettings;
import dev.sallyport.recorder.disk.LocalDisk;
import dev.sallyport.recorder.log.EntryBundle;
import dev.sallyport.recorder.log.Hash;
import dev.sallyport.recorder.log.Note;
import dev.sallyport.recorder.log.Tile;
import dev.sallyport.recorder.log.TlogProof;
import dev.sallyport.recorder.log.VerifierKey;
import dev.sigstore.merkle.InclusionProofVerifier;
import dev.sigstore.rekor.client.Checkpoints;
import dev.sigstore.rekor.client.RekorEntry;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What we record is accepted by programs that are not ours, and they refuse what was changed. */
class AnyoneCanCheckIT {
    private static final String SESSION = "01KAS7M4T3Q9V00000000000AA";
    private static final String SHOWN = "hello from the box\r\n";

    @TempDir private static Path directory;
    private static Path root;

    private record Run(int exit, String output) {}

    @BeforeAll
    static void record() throws IOException {
        root = directory.resolve("record");
        RecorderSettings settings = RecorderSettings.of(root, "acme", "px1");
        try (FileRecorder recorder =
                FileRecorder.start(settings, new LocalDisk(), InstantSource.system())) {
            record(recorder, SESSION);
            for (int i = 0; i < 70; i++) {
                record(recorder, SESSION.substring(0, 24) + (10 + i));
            }
        }
    }

    private static void record(FileRecorder recorder, String id) {
        EventContext context =
                new EventContext(id, "g1", "ci", "ann", "run7", "deploy", "ssh:web1");
        SessionRecording session =
                recorder.open(
                        new SessionOpening(id, Protocol.SSH, context, Map.of("login", "app")));
        session.record(EventType.SSH_EXEC, Map.of("command", "echo hello")).join();
        Cast cast = session.cast(new CastHeader(0, "echo hello", true, 80, 24, "xterm"));
        cast.write(Cast.Stream.STDOUT, ByteBuffer.wrap(SHOWN.getBytes(StandardCharsets.UTF_8)))
                .join();
        cast.close(0).join();
        session.seal(SessionEnd.NORMAL, Map.of()).join();
    }

    private static Run run(List<String> command, Map<String, String> environment)
            throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().putAll(environment);
        Process process = builder.start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
        return new Run(process.exitValue(), output);
    }

    private static Run run(String... command) throws IOException, InterruptedException {
        return run(List.of(command), Map.of());
    }

    private static Path log() {
        Path node = root.resolve("log/acme/px1");
        return RecordFiles.list(node).getFirst();
    }

    private static Path session() throws IOException {
        try (var files = Files.walk(root.resolve("sessions"))) {
            return files.filter(file -> file.endsWith(SESSION)).findFirst().orElseThrow();
        }
    }

    private static TlogProof receipt() throws IOException {
        return TlogProof.parse(Files.readString(session().resolve("seal.tlog-proof")));
    }

    private static byte[] leaf(long index, long size) throws IOException {
        long bundle = index >>> 8;
        int width = (int) Math.min(256, size - (bundle << 8));
        Path file = log().resolve(new Tile(Tile.ENTRIES, bundle, width).path());
        return EntryBundle.decode(Files.readAllBytes(file), width).get((int) (index & 255));
    }

    private static long size(String checkpoint) {
        return Long.parseLong(checkpoint.lines().skip(1).findFirst().orElseThrow());
    }

    @Test
    void ourOwnVerifierFindsItSound() throws IOException {
        VerifierKey key = VerifierKey.parse(Files.readString(log().resolve("vkey")).strip());
        VerifyOptions options = VerifyOptions.NONE.trusting(List.of(key)).strictly();
        VerifyReport report = new Verifier(InstantSource.system()).verify(root, options);
        assertThat(report.exitCode()).as(report.text()).isZero();
        assertThat(report.counts().leaves()).isGreaterThan(256);
    }

    @Test
    void opensslAcceptsTheSignature() throws IOException, InterruptedException {
        // Given
        Note note = Note.parse(Files.readString(log().resolve("checkpoint")));
        VerifierKey key = VerifierKey.parse(Files.readString(log().resolve("vkey")).strip());
        Path body = Files.writeString(directory.resolve("body"), note.text());
        Path signature = directory.resolve("signature");
        Files.write(signature, note.signatures().getFirst().signature());
        Path publicKey = directory.resolve("pub.der");
        Files.write(publicKey, key.publicKey().getEncoded());
        String command =
                "openssl pkeyutl -verify -pubin -keyform DER -inkey %s -rawin -in %s -sigfile %s"
                        .formatted(publicKey, body, signature);

        // When / Then
        assertThat(run(command.split(" ")).exit()).isZero();
        Files.writeString(body, note.text().replace("\n", "\n\n"));
        assertThat(run(command.split(" ")).exit()).isNotZero();
    }

    private static Run go(Path log, String... more) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("go", "run"));
        command.add(Path.of("src/test/go/checklog.go").toAbsolutePath().toString());
        command.add(log.toString());
        command.addAll(Arrays.asList(more));
        Map<String, String> environment =
                Map.of(
                        "GO111MODULE",
                        "off",
                        "GOPATH",
                        "/usr/share/gocode",
                        "GOCACHE",
                        directory.resolve("gocache").toString());
        return run(command, environment);
    }

    @Test
    void goAcceptsLogCheckpointsAndReceipt() throws IOException, InterruptedException {
        // Given
        TlogProof receipt = receipt();
        long size = size(Files.readString(log().resolve("checkpoint")));
        Path leaf = Files.write(directory.resolve("leaf"), leaf(receipt.index(), size));

        // When
        Run run = go(log(), session().resolve("seal.tlog-proof").toString(), leaf.toString());

        // Then
        assertThat(run.output()).startsWith("ok " + size + " leaves");
        assertThat(run.exit()).isZero();
    }

    @Test
    void goRefusesAForgedLeafWithItsForgedTile() throws IOException, InterruptedException {
        // Given: the attack on readers that trust tiles (CVE-2026-56865)
        Path forged = directory.resolve("forged");
        copyTree(log(), forged);
        Path bundle = forged.resolve("tile/entries/000");
        List<byte[]> entries = EntryBundle.decode(Files.readAllBytes(bundle), 256);
        entries.set(9, "{\"v\":1,\"t\":\"nothing\"}".getBytes(StandardCharsets.UTF_8));
        Files.write(bundle, EntryBundle.encode(entries));
        byte[] tile = Files.readAllBytes(forged.resolve("tile/0/000"));
        System.arraycopy(Hash.leaf(entries.get(9)).bytes(), 0, tile, 9 * 32, 32);
        Files.write(forged.resolve("tile/0/000"), tile);

        // When
        Run run = go(forged);

        // Then
        assertThat(run.exit()).isNotZero();
        assertThat(run.output()).contains("do not give the signed root");
    }

    @Test
    void sigstoreAcceptsCheckpointAndReceipt() throws Exception {
        // Given
        TlogProof receipt = receipt();
        RekorEntry.Checkpoint checkpoint = Checkpoints.from(receipt.checkpoint());
        long size = size(Files.readString(log().resolve("checkpoint")));
        byte[] leafHash = Hash.leaf(leaf(receipt.index(), size)).bytes();
        byte[] root = Base64.getDecoder().decode(checkpoint.getBase64Hash());
        List<byte[]> hashes = receipt.hashes().stream().map(Hash::bytes).toList();

        // When / Then
        assertThat(checkpoint.getOrigin()).startsWith("acme/px1/");
        assertThatCode(() ->
                        InclusionProofVerifier.verify(
                                leafHash, receipt.index(), checkpoint.getSize(), hashes, root))
                .doesNotThrowAnyException();
    }

    @Test
    void sha256sumAcceptsTheSegments() throws IOException, InterruptedException {
        Run run = run("sh", "-c", "cd " + session() + " && sha256sum --strict -c SHA256SUMS");
        assertThat(run.output()).contains("events-000000.seg: OK").contains("term-000000.seg: OK");
        assertThat(run.exit()).isZero();
    }

    @Test
    void asciinemaPlaysTheCast() throws IOException, InterruptedException {
        // Given: the concatenation of the segments is the cast
        Path cast = directory.resolve("session.cast");
        Files.copy(session().resolve("term-000000.seg"), cast);

        // When
        Run run = run("script", "-qec", "asciinema cat " + cast, "/dev/null");

        // Then
        assertThat(run.output()).contains("hello from the box");
        assertThat(run.exit()).isZero();
    }

    private static void copyTree(Path from, Path to) throws IOException {
        try (var files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Path target = to.resolve(from.relativize(file).toString());
                if (Files.isDirectory(file)) {
                    Files.createDirectories(target);
                } else {
                    Files.copy(file, target);
                }
            }
        }
    }
}
