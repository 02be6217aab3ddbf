package dev.sallyport.recorder.verify;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How many events a second are verified: 2,000 sessions of 1,000 events of 300 bytes. */
@Tag("full")
class VerifierBenchmark {
    private static final int SESSIONS = 2_000;

    @TempDir private Path root;

    /** The same without a test runner; the argument is an empty directory. */
    public static void main(String[] arguments) {
        var benchmark = new VerifierBenchmark();
        benchmark.root = Path.of(arguments[0]);
        benchmark.verifiesEvents();
    }

    @Test
    void verifiesEvents() {
        // Given
        SmallRecord record = new SmallRecord(root);
        for (int i = 0; i < SESSIONS; i++) {
            SmallRecord.TestSession session = record.session("S" + i);
            String line = SmallRecord.event("S" + i, 1, "ssh.command").stripTrailing();
            String padded =
                    line.substring(0, line.length() - 1) + ",\"x\":\"" + "y".repeat(90) + "\"}\n";
            for (int chunk = 0; chunk < 5; chunk++) {
                session.chunk("events", padded.repeat(200));
            }
            session.seal();
            if (i % 20 == 19) {
                record.publish();
            }
        }
        VerifyOptions options = VerifyOptions.NONE.trusting(List.of(record.key().verifier()));

        // When
        VerifyReport report = new Verifier(InstantSource.system()).verify(root, options);
        VerifyReport again = new Verifier(InstantSource.system()).verify(root, options);

        // Then
        assertThat(report.exitCode()).isZero();
        for (VerifyReport each : List.of(report, again)) {
            long perSecond = each.counts().events() * 1000 / Math.max(1, each.took().toMillis());
            System.out.println(each.text() + perSecond + " events/s");
        }
    }
}
