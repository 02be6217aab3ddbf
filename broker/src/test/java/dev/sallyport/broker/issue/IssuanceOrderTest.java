package dev.sallyport.broker.issue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.access.Grant;
import dev.sallyport.access.Refusal;
import dev.sallyport.access.Target;
import dev.sallyport.access.certificate.KeyFiles;
import dev.sallyport.access.certificate.KeyKind;
import dev.sallyport.access.event.EventType;
import dev.sallyport.access.fake.Attack;
import dev.sallyport.access.fake.InMemoryRecorder;
import dev.sallyport.access.fake.MutableClock;
import dev.sallyport.access.scope.Budget;
import dev.sallyport.access.scope.DbScope;
import dev.sallyport.access.scope.Scope;
import dev.sallyport.access.scope.SshScope;
import dev.sallyport.broker.BrokerFixture;
import dev.sallyport.broker.store.DurableEvents;
import dev.sallyport.broker.store.GrantRows;
import dev.sallyport.broker.store.Store;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPair;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Build, validate, record, sign, store, return: in this order or not at all. */
final class IssuanceOrderTest {
    @TempDir private Path directory;
    private final MutableClock clock = new MutableClock();
    private final InMemoryRecorder recorder = new InMemoryRecorder();
    private final KeyPair key = KeyFiles.generate(KeyKind.ED25519);
    private final ClientKey sshKey = new ClientKey(KeyUse.SSH, key.getPublic());
    private Store store;
    private GrantRows rows;
    private CertificateIssuer issuer;

    @BeforeEach
    void openStore() throws IOException {
        store = Store.open(directory.resolve("store.db"));
        rows = new GrantRows(store);
        issuer =
                new CertificateIssuer(
                        AuthorityKeys.open(directory.resolve("keys"), "acme", clock),
                        rows,
                        new DurableEvents(recorder),
                        clock,
                        Duration.ofMinutes(10));
    }

    @AfterEach
    void closeStore() {
        store.close();
    }

    @Test
    @Attack(59)
    void nothingIsSignedWhenTheRecorderHasFailed() {
        // Given
        recorder.fail();

        // When
        IssueAnswer answer = issuer.issue(grant(ssh()), List.of(sshKey), Map.of());

        // Then
        assertThat(refusal(answer).verdict()).isEqualTo(Refusal.Verdict.UNRECORDABLE);
        assertThat(rows.find("g-1")).isEmpty();
    }

    @Test
    void nothingIsStoredOrReturnedBeforeTheEventIsDurable() throws Exception {
        // Given
        recorder.pause();

        // When
        var answer =
                CompletableFuture.supplyAsync(
                        () -> issuer.issue(grant(ssh()), List.of(sshKey), Map.of()));
        long deadline = System.nanoTime() + Duration.ofSeconds(10).toNanos();
        while (recorder.events(EventType.GRANT_ISSUED).isEmpty()) {
            assertThat(System.nanoTime()).isLessThan(deadline);
            LockSupport.parkNanos(Duration.ofMillis(5).toNanos());
        }

        // Then
        assertThat(answer).isNotDone();
        assertThat(rows.find("g-1")).isEmpty();
        recorder.resume();
        assertThat(answer.get(10, TimeUnit.SECONDS)).isInstanceOf(IssueAnswer.Issued.class);
        assertThat(rows.find("g-1")).isPresent();
    }

    @Test
    void certificateThatCannotBeStoredDoesNotLeave() {
        // Given
        store.close();

        // When
        IssueAnswer answer = issuer.issue(grant(ssh()), List.of(sshKey), Map.of());

        // Then
        assertThat(answer).isInstanceOf(IssueAnswer.Refused.class);
    }

    @Test
    @Attack(6)
    void emptyPrincipalsAreNeverSigned() {
        // Given
        var database =
                new DbScope(
                        Target.parse("db:billing"),
                        "reader",
                        List.of("select"),
                        List.of(),
                        List.of(),
                        Map.of(),
                        false,
                        Budget.UNLIMITED);

        // When
        IssueAnswer answer = issuer.issue(grant(database), List.of(sshKey), Map.of());

        // Then
        assertThat(refusal(answer).rule()).isEqualTo("issue");
        assertThat(recorder.events()).isEmpty();
    }

    @Test
    void keyOutsideOfTheGrantIsRefusedBeforeAnythingIsRecorded() {
        // Given
        var other = new ClientKey(KeyUse.SSH, KeyFiles.generate(KeyKind.ED25519).getPublic());

        // When
        IssueAnswer answer = issuer.issue(grant(ssh()), List.of(other), Map.of());

        // Then
        assertThat(answer).isInstanceOf(IssueAnswer.Refused.class);
        assertThat(recorder.events()).isEmpty();
    }

    @Test
    @Attack(50)
    void caKeysArePrivateAndStay() throws IOException {
        // Given
        Path keys = directory.resolve("keys");

        // When
        AuthorityKeys again = AuthorityKeys.open(keys, "acme", clock);
        AuthorityKeys other = AuthorityKeys.open(directory.resolve("other"), "acme", clock);

        // Then
        try (var files = Files.list(keys)) {
            assertThat(files.filter(file -> file.toString().endsWith(".pem")))
                    .hasSize(4)
                    .allSatisfy(file ->
                            assertThat(Files.getPosixFilePermissions(file))
                                    .isEqualTo(PosixFilePermissions.fromString("rw-------")));
        }
        assertThat(again.sshCaLine()).isNotEqualTo(other.sshCaLine());
        assertThat(again.trusted()).isEqualTo(AuthorityKeys.open(keys, "acme", clock).trusted());
    }

    private Grant grant(Scope scope) {
        return new Grant(
                "g-1",
                "acme",
                BrokerFixture.AGENT,
                "read",
                Map.of(),
                Map.of(),
                "because",
                "",
                List.of(scope),
                List.of(),
                List.of(sshKey.thumbprint()),
                clock.instant(),
                clock.instant().plusSeconds(300));
    }

    private static SshScope ssh() {
        return dev.sallyport.access.fake.Grants.execScope("true");
    }

    private static Refusal refusal(IssueAnswer answer) {
        if (answer instanceof IssueAnswer.Refused(Refusal refusal)) {
            return refusal;
        }
        throw new AssertionError("not refused: " + answer);
    }
}
