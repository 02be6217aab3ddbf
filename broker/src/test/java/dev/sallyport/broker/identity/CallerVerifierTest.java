package dev.sallyport.broker.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.access.Secret;
import dev.sallyport.access.event.Event;
import dev.sallyport.access.event.EventType;
import dev.sallyport.access.fake.Attack;
import dev.sallyport.access.fake.InMemoryRecorder;
import dev.sallyport.access.fake.MutableClock;
import dev.sallyport.broker.intent.Template;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Attack list lines 50, 51 and 55: floods, and no credential in the record. */
final class CallerVerifierTest {
    private static final TestIssuer GITHUB = new TestIssuer("https://issuer.example", "k1");
    private static final TestIssuer PEOPLE = new TestIssuer("https://people.example", "p1");

    @TempDir Path directory;
    private final MutableClock clock = new MutableClock();
    private final InMemoryRecorder recorder = new InMemoryRecorder();
    private final AtomicReference<List<String>> asked =
            new AtomicReference<>(List.of("billing-owners"));
    private OperatorCredential operator;
    private CallerVerifier verifier;

    @BeforeEach
    void open() throws Exception {
        Path jwks = directory.resolve("jwks.json");
        Files.writeString(jwks, GITHUB.jwks());
        operator = credential(List.of());
        var agents = GITHUB.settings(new JwksLocation.File(jwks), TestIssuer.githubMapping());
        verifier =
                new CallerVerifier(
                        new OidcVerifier(List.of(agents, people()), clock),
                        operator,
                        new IdentityEvents(recorder, clock),
                        asked::get);
    }

    private IssuerSettings people() throws IOException {
        Path jwks = directory.resolve("people.json");
        Files.writeString(jwks, PEOPLE.jwks());
        var mapping =
                new ClaimMapping.Humans(
                        new Template("{sub}"),
                        List.of(new Template("{groups}")),
                        List.of("sre"),
                        List.of("audit"));
        return PEOPLE.settings(new JwksLocation.File(jwks), mapping);
    }

    private Set<Role> roles(String... groups) {
        String token =
                PEOPLE.sign(
                        PEOPLE.base(clock.instant())
                                .subject("ada")
                                .claim("groups", List.of(groups))
                                .build());
        return ((HumanCaller) verifier.verify("Bearer " + token, "192.0.2.1").orElseThrow())
                .roles();
    }

    @Test
    @Attack(56)
    void aHumanIsAnApproverOnlyInAGroupThatIsAsked() {
        assertThat(roles("staff", "everybody", "billing-owners-2")).isEmpty();
        assertThat(roles("sre")).containsExactly(Role.OPERATOR);
        assertThat(roles("audit", "staff")).containsExactly(Role.AUDITOR);
        assertThat(roles("billing-owners")).containsExactly(Role.APPROVER);
        assertThat(roles("billing-owners", "sre", "audit"))
                .containsExactlyInAnyOrder(Role.values());
    }

    @Test
    @Attack(56)
    void aCatalogueThatNoLongerAsksAGroupEndsItsVoice() {
        // Given
        assertThat(roles("billing-owners")).containsExactly(Role.APPROVER);
        // When
        asked.set(List.of("security"));
        // Then
        assertThat(roles("billing-owners")).isEmpty();
        assertThat(roles("security")).containsExactly(Role.APPROVER);
    }

    private OperatorCredential credential(List<IssuerSettings> issuers) throws IOException {
        return OperatorCredential.open(
                directory.resolve("operator.credential"),
                directory.resolve("operator.sha256"),
                issuers,
                () -> List.of("billing-owners"),
                clock);
    }

    private String token() {
        return GITHUB.sign(GITHUB.github(clock.instant()).build());
    }

    @Test
    @Attack(55)
    void recordsAnAcceptedTokenOnceWithoutTheToken() {
        // Given
        String token = token();
        // When
        assertThat(verifier.verify("Bearer " + token, "192.0.2.1")).isPresent();
        assertThat(verifier.verify("bearer " + token, "192.0.2.1")).isPresent();
        // Then
        List<Event> events = recorder.events(EventType.IDENTITY_ACCEPTED);
        assertThat(events).hasSize(1);
        assertThat(events.toString()).contains("octocat").doesNotContain(token.substring(0, 40));
    }

    @Test
    void acceptsNobodyWhenItCannotBeRecorded() {
        // Given
        recorder.fail();
        // When, Then
        assertThat(verifier.verify("Bearer " + token(), "192.0.2.1")).isEmpty();
    }

    @Test
    @Attack({50, 55})
    void floodOfBadTokensIsCountedNotWritten() {
        // When
        for (int i = 0; i < 5_000; i++) {
            assertThat(verifier.verify("Bearer spo1.guess" + i, "192.0.2.1")).isEmpty();
        }
        clock.advance(IdentityEvents.WINDOW);
        verifier.verify("Basic xyz", "192.0.2.1");
        // Then
        List<Event> events = recorder.events(EventType.IDENTITY_REJECTED);
        assertThat(events).hasSize(IdentityEvents.FULL_REJECTIONS + 2);
        assertThat(events.toString()).contains("4980").doesNotContain("guess");
    }

    @Test
    @Attack(50)
    void operatorCredentialIsOwnerOnlyAndStoredHashed() throws Exception {
        // Given
        String secret = Files.readString(directory.resolve("operator.credential")).strip();
        // When
        var again = credential(List.of());
        // Then
        for (String file : List.of("operator.credential", "operator.sha256")) {
            assertThat(
                            PosixFilePermissions.toString(
                                    Files.getPosixFilePermissions(directory.resolve(file))))
                    .isEqualTo("rw-------");
        }
        assertThat(Files.readString(directory.resolve("operator.sha256"))).doesNotContain(secret);
        assertThat(again.verify(Secret.of(secret))).isPresent();
        assertThat(again.verify(Secret.of(secret + "x"))).isEmpty();
        assertThat(verifier.verify("Bearer " + secret, "192.0.2.1"))
                .hasValueSatisfying(caller ->
                        assertThat(((HumanCaller) caller).roles())
                                .containsExactlyInAnyOrder(Role.values()));
    }

    @Test
    @Attack(56)
    void besideAnIdentityProviderTheCredentialOnlyOperates() throws Exception {
        // Given
        String secret = Files.readString(directory.resolve("operator.credential")).strip();
        // When
        OperatorCredential beside = credential(List.of(people()));
        // Then
        assertThat(beside.verify(Secret.of(secret)))
                .hasValueSatisfying(
                        human -> assertThat(human.roles()).containsExactly(Role.OPERATOR));
        assertThat(beside.redeemLink(beside.newLink()))
                .hasValueSatisfying(
                        human -> assertThat(human.roles()).containsExactly(Role.OPERATOR));
    }

    @Test
    void refusesAHashFileThatOthersCanRead() throws Exception {
        // Given
        Files.setPosixFilePermissions(
                directory.resolve("operator.sha256"), PosixFilePermissions.fromString("rw-r--r--"));
        // When, Then
        assertThatThrownBy(() -> credential(List.of())).isInstanceOf(IOException.class);
    }

    @Test
    void loginLinkWorksOnceAndNotForever() {
        // Given
        Secret link = operator.newLink();
        // When, Then
        assertThat(operator.redeemLink(Secret.of("spo1.other"))).isEmpty();
        assertThat(operator.redeemLink(link)).isPresent();
        assertThat(operator.redeemLink(link)).isEmpty();
        Secret late = operator.newLink();
        clock.advance(Duration.ofMinutes(11));
        assertThat(operator.redeemLink(late)).isEmpty();
    }
}
