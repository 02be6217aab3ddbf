package dev.sallyport.recorder.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.access.Ulid;
import dev.sallyport.access.fake.Attack;
import dev.sallyport.recorder.log.Hash;
import dev.sallyport.recorder.log.NoteKey;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a verification excuses, and how little somebody who changes files can make of that. */
class ExcusesTest {
    private static final int LAST_LEAF_SECONDS = 180;

    @TempDir private Path directory;
    private TamperedRecord tampered;

    @BeforeEach
    void writeRecord() {
        tampered = new TamperedRecord(directory.resolve("record"));
    }

    @Test
    void aSessionThatHasJustBegunIsNoted() throws IOException {
        String id = made(SmallRecord.BEGIN.plusSeconds(LAST_LEAF_SECONDS));

        VerifyReport report = verifiedAfter(LAST_LEAF_SECONDS + 1);

        tampered.requireFound(report, 0, id, "began after the checkpoint");
    }

    @Test
    void aLongScanMakesNoSessionOld() throws IOException {
        String id = made(SmallRecord.BEGIN.plusSeconds(LAST_LEAF_SECONDS));
        Files.writeString(tampered.file(TamperedRecord.DAY + "S4/events-000001.seg"), "{}\n");
        var time = new AtomicReference<>(SmallRecord.BEGIN.plusSeconds(LAST_LEAF_SECONDS));
        InstantSource hours = () -> time.getAndUpdate(now -> now.plusSeconds(3_600));
        VerifyOptions options =
                VerifyOptions.NONE.trusting(List.of(tampered.record().key().verifier()));

        VerifyReport report = new Verifier(hours).verify(tampered.root(), options);

        tampered.requireFound(report, 0, id, "not signed yet");
    }

    @Test
    void aSessionThatBeganBeforeTheNodeDiedIsIncompleteForEver() throws IOException {
        String id = made(SmallRecord.BEGIN.plusSeconds(LAST_LEAF_SECONDS + 59));

        tampered.requireFound(verifiedAfter(90 * 86_400), 2, id, "began after the checkpoint");
    }

    @ParameterizedTest
    @ValueSource(ints = {-86_400, 0, 100, 160, LAST_LEAF_SECONDS + 200, 3_000, 4_000, 86_400})
    void aSessionThatWasMadeUpForAnotherTimeIsUnknown(int second) throws IOException {
        String id = made(SmallRecord.BEGIN.plusSeconds(second));

        tampered.requireFound(verifiedAfter(3_600), 1, id, "unknown session");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"S9", "s-1", "7ZZZZZZZZZ0000000000000000", "s-UUUUUUUUUUUUUUUUUUUUUUUUUU"})
    void whatIsNoIdIsUnknown(String id) throws IOException {
        made(id);

        tampered.requireFound(verifiedAfter(LAST_LEAF_SECONDS), 1, id, "unknown session");
    }

    @Test
    void aSessionThatHasJustBegunHoldsSegmentsOnly() throws IOException {
        String id = made(SmallRecord.BEGIN.plusSeconds(LAST_LEAF_SECONDS));
        Files.writeString(tampered.file(TamperedRecord.DAY + id + "/payload.sh"), "#!/bin/sh\n");

        tampered.requireFound(
                verifiedAfter(LAST_LEAF_SECONDS), 1, id + "/payload.sh", "unknown file");
    }

    @Test
    void theUnsignedEndOfAnOpenSessionIsForItsNodeToSign() throws IOException {
        Path events = tampered.file(TamperedRecord.DAY + "S4/events-000000.seg");
        Files.writeString(events, Files.readString(events) + SmallRecord.event("S4", 1, "later"));
        Files.writeString(tampered.file(TamperedRecord.DAY + "S4/events-000001.seg"), "{}\n");
        Files.writeString(tampered.file(TamperedRecord.DAY + "S4/term-000000.seg"), "{}\n");

        assertThat(verifiedAfter(LAST_LEAF_SECONDS + 100).exitCode()).isZero();
        tampered.requireFound(
                verifiedAfter(LAST_LEAF_SECONDS + 200),
                2,
                "S4/events-000000.seg",
                "S4/events-000001.seg",
                "S4/term-000000.seg",
                "no leaf commits to what follows");
    }

    @ParameterizedTest
    @ValueSource(strings = {"events-000002.seg", "term-000001.seg", "events-0000001.seg"})
    void anOpenSessionHasNoGapBeforeItsUnsignedEnd(String name) throws IOException {
        Files.writeString(tampered.file(TamperedRecord.DAY + "S4/" + name), "{}\n");

        tampered.requireFound(verifiedAfter(LAST_LEAF_SECONDS), 1, "S4/" + name, "unknown file");
    }

    @Test
    void anOpenSessionWithoutChunksHoldsSegmentsOnly() throws IOException {
        SmallRecord record = tampered.record();
        record.session("S5").write("payload.sh", new byte[] {1});
        record.publish();

        tampered.requireFound(tampered.verify(), 1, "S5/payload.sh", "unknown file");
    }

    @Test
    @Attack(62)
    void theNewestLogCannotBeLeftOut() throws IOException {
        SmallRecord record = new SmallRecord(directory.resolve("two"));
        record.fullSession("S1").nextEpoch("2026-12").fullSession("S2").publish();
        VerifyOptions options = VerifyOptions.NONE.trusting(List.of(record.key().verifier()));
        Verifier verifier = new Verifier(InstantSource.fixed(SmallRecord.BEGIN));
        assertThat(verifier.verify(record.root(), options).exitCode()).isZero();

        TamperedRecord.deleteTree(record.logDirectory());
        TamperedRecord.deleteTree(record.root().resolve(TamperedRecord.DAY + "S2"));

        tampered.requireFound(
                verifier.verify(record.root(), options),
                1,
                TamperedRecord.LOG.substring(0, TamperedRecord.LOG.length() - 1),
                "2026-12, which is missing");
    }

    @Test
    @Attack(62)
    void noNodeDeletesTheSessionOfAnother() throws IOException {
        // Given: px2 says that it opened, sealed and deleted what px1 has recorded
        SmallRecord record = tampered.record();
        NoteKey key = NoteKey.ephemeral("acme/px2/2026-11");
        SmallRecord other = new SmallRecord(tampered.root(), key, "px2");
        String hash = Hash.sha256(new byte[0]).hex();
        other.leaf("open", "\"sid\":\"S1\",\"proto\":\"ssh\",\"sub\":\"\",\"enc\":\"none\"");
        other.leaf(
                "seal",
                "\"sid\":\"S1\",\"end\":\"normal\",\"streams\":{},\"sums\":\"" + hash + "\"");
        other.tombstone("S1").publish();
        TamperedRecord.deleteTree(tampered.file(TamperedRecord.DAY + "S1"));

        // When
        VerifyOptions options =
                VerifyOptions.NONE.trusting(
                        List.of(record.key().verifier(), key.named("acme/px2/2026-11").verifier()));
        VerifyReport report =
                new Verifier(InstantSource.fixed(SmallRecord.BEGIN))
                        .verify(tampered.root(), options);

        // Then
        tampered.requireFound(
                report,
                1,
                "the session's recording is missing",
                "is opened by two logs, the second one of acme/px2");
    }

    @Test
    void aTrustedNodeCannotBeLeftOut() {
        NoteKey other = NoteKey.ephemeral("acme/px2/2026-11");
        VerifyOptions options =
                VerifyOptions.NONE.trusting(
                        List.of(tampered.record().key().verifier(), other.verifier()));

        VerifyReport report =
                new Verifier(InstantSource.fixed(SmallRecord.BEGIN))
                        .verify(tampered.root(), options);

        tampered.requireFound(report, 3, "no log is of the node of the trusted key acme/px2");
    }

    @Test
    void anyTrustedKeyOfTheNodeMaySign() {
        NoteKey older = NoteKey.ephemeral("acme/px1/2026-10");
        VerifyOptions options =
                VerifyOptions.NONE.trusting(
                        List.of(older.verifier(), tampered.record().key().verifier()));

        VerifyReport report =
                new Verifier(InstantSource.fixed(SmallRecord.BEGIN))
                        .verify(tampered.root(), options);

        assertThat(report.exitCode()).as(report.text()).isZero();
    }

    @Test
    void notesKeepNoFailureOut() {
        Findings findings = new Findings();
        for (int i = 0; i < 30_000; i++) {
            findings.note(Place.file("f" + i), "left over");
        }

        findings.failure(Place.file("segment"), "bytes are not the ones");

        assertThat(findings.all().getFirst().place().file()).isEqualTo("segment");
        assertThat(findings.leftOut()).isEqualTo(20_000);
    }

    @Test
    void aReceiptOfTheWritersLargestSizeIsRead() throws IOException {
        Path receipt = tampered.file(TamperedRecord.DAY + "S1/seal.tlog-proof");
        String text = Files.readString(receipt);
        String forged = NoteKey.ephemeral("acme/px1/2026-11").sign("x\n").format();
        Files.writeString(receipt, text + "— " + "w".repeat(70_000) + "\n" + forged);

        assertThat(tampered.verify().exitCode()).isEqualTo(1);
    }

    @Test
    void aSegmentThatNoFileCanHaveIsAFinding() throws IOException {
        VerifyReport report =
                tampered.resigned(entries -> {
                    for (int i = 0; i < entries.size(); i++) {
                        String leaf = new String(entries.get(i), StandardCharsets.UTF_8);
                        entries.set(
                                i,
                                leaf.replace("\"seg\":1,", "\"seg\":4294967296,")
                                        .getBytes(StandardCharsets.UTF_8));
                    }
                });

        tampered.requireFound(report, 1, TamperedRecord.LOG, "seg is larger");
    }

    @Test
    void noLeafOfAnyBytesIsMoreThanRefused() {
        Random random = new Random(62);
        LeafReader reader = new LeafReader();
        String chunk =
                "{\"v\":1,\"t\":\"chunk\",\"ts\":1,\"sid\":\"S1\",\"st\":\"events\",\"n\":0,"
                        + "\"seg\":0,\"off\":0,\"len\":9,\"ev\":[0,0],\"sha256\":\"%s\","
                        + "\"prev\":\"%<s\"}";
        byte[] leaf =
                chunk.formatted(Hash.sha256(new byte[0]).hex()).getBytes(StandardCharsets.UTF_8);
        assertThat(reader.read(leaf)).isInstanceOf(LeafRecord.Chunk.class);
        int refused = 0;
        for (int i = 0; i < 100_000; i++) {
            byte[] mutated = leaf.clone();
            for (int n = random.nextInt(1, 4); n > 0; n--) {
                mutated[random.nextInt(mutated.length)] = (byte) random.nextInt(32, 127);
            }
            try {
                reader.read(mutated);
            } catch (IllegalArgumentException refusal) {
                refused++;
            }
        }
        assertThat(refused).isGreaterThan(10_000);
        for (String number : List.of("1e99", "99999999999999999999", "-1", "0.5", "null", "[]")) {
            String wrong =
                    new String(leaf, StandardCharsets.UTF_8).replace(":9,", ":" + number + ",");
            assertThatThrownBy(() -> reader.read(wrong.getBytes(StandardCharsets.UTF_8)))
                    .as(number)
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    /** The id of a session that begins at this time. */
    static String idOf(Instant time) {
        return "s-" + new Ulid(InstantSource.fixed(time)).next();
    }

    private String made(Instant time) throws IOException {
        return made(idOf(time));
    }

    private String made(String id) throws IOException {
        Path session = Files.createDirectories(tampered.file(TamperedRecord.DAY + id));
        Files.writeString(session.resolve("events-000000.seg"), "{}\n");
        return id;
    }

    private VerifyReport verifiedAfter(int seconds) {
        VerifyOptions options =
                VerifyOptions.NONE.trusting(List.of(tampered.record().key().verifier()));
        return new Verifier(InstantSource.fixed(SmallRecord.BEGIN.plusSeconds(seconds)))
                .verify(tampered.root(), options);
    }
}
