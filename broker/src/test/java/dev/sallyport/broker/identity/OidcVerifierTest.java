package dev.sallyport.broker.identity;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.OctetKeyPair;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.util.Base64URL;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import dev.sallyport.access.Agent;
import dev.sallyport.access.fake.Attack;
import dev.sallyport.access.fake.MutableClock;
import dev.sallyport.broker.intent.Template;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Attack list lines 52 and 53: audience, issuer, times, algorithms, one token for one key. */
final class OidcVerifierTest {
    private static final String ISSUER = "https://token.actions.githubusercontent.com";
    private static final TestIssuer GITHUB = new TestIssuer(ISSUER, "k1");

    @TempDir Path directory;
    private final MutableClock clock = new MutableClock();
    private Path jwks;

    @BeforeEach
    void keys() throws Exception {
        jwks = directory.resolve("jwks.json");
        Files.writeString(jwks, GITHUB.jwks());
    }

    private Verification verify(String token) {
        return verify(token, TestIssuer.githubMapping());
    }

    private Verification verify(String token, ClaimMapping mapping) {
        var settings = GITHUB.settings(new JwksLocation.File(jwks), mapping);
        try (var verifier = new OidcVerifier(List.of(settings), clock)) {
            return verifier.verify(token);
        }
    }

    private static String rule(Verification verification) {
        return verification instanceof Verification.Rejected rejected
                ? rejected.rule()
                : "accepted";
    }

    private JWTClaimsSet.Builder claims() {
        return GITHUB.github(clock.instant());
    }

    @Test
    void mapsGitHubActions() {
        // When
        Verification verification = verify(GITHUB.sign(claims().build()));
        // Then
        assertThat(verification)
                .isInstanceOfSatisfying(
                        Verification.Accepted.class,
                        accepted -> {
                            var caller = (AgentCaller) accepted.caller();
                            assertThat(caller.agent())
                                    .isEqualTo(
                                            new Agent(
                                                    "github/acme/billing-bot",
                                                    "octocat",
                                                    "4711",
                                                    List.of("acme", "billing-agents")));
                            assertThat(caller.tokenId()).matches("[0-9a-f]{64}");
                        });
    }

    @Test
    void mapsKubernetesGitLabAndSpiffe() {
        // Given
        var kubernetes =
                new ClaimMapping.Agents(
                        new Template(
                                "k8s/{/kubernetes.io/namespace}/{/kubernetes.io/serviceaccount/name}"),
                        new Template("team-{/kubernetes.io/namespace}"),
                        new Template("{/kubernetes.io/pod/name}"),
                        List.of());
        var gitlab =
                new ClaimMapping.Agents(
                        new Template("gitlab/{project_path}"),
                        new Template("{user_login}"),
                        new Template("{pipeline_id}"),
                        List.of(new Template("{groups_direct}")));
        var spiffe =
                new ClaimMapping.Agents(
                        new Template("{sub}"),
                        new Template("platform"),
                        new Template("{jti}"),
                        List.of());
        var base = GITHUB.base(clock.instant());
        var pod =
                Map.of(
                        "namespace",
                        "billing",
                        "serviceaccount",
                        Map.of("name", "bot"),
                        "pod",
                        Map.of("name", "bot-7d"));
        // When, Then
        assertThat(
                        agent(
                                base.subject("system:serviceaccount:billing:bot")
                                        .claim("kubernetes.io", pod),
                                kubernetes))
                .isEqualTo(new Agent("k8s/billing/bot", "team-billing", "bot-7d", List.of()));
        assertThat(
                        agent(
                                base.subject("project_path:acme/app")
                                        .claim("project_path", "acme/app")
                                        .claim("user_login", "ada")
                                        .claim("pipeline_id", 99)
                                        .claim("groups_direct", List.of("acme", "acme/ops")),
                                gitlab))
                .isEqualTo(new Agent("gitlab/acme/app", "ada", "99", List.of("acme", "acme/ops")));
        assertThat(agent(base.subject("spiffe://acme/agent/x"), spiffe).id())
                .isEqualTo("spiffe://acme/agent/x");
    }

    private Agent agent(JWTClaimsSet.Builder claims, ClaimMapping mapping) {
        var accepted = (Verification.Accepted) verify(GITHUB.sign(claims.build()), mapping);
        return ((AgentCaller) accepted.caller()).agent();
    }

    @Test
    void mapsHumansToRoles() {
        // Given
        var humans =
                new ClaimMapping.Humans(
                        new Template("{email}"),
                        List.of(new Template("{groups}")),
                        List.of("sre"),
                        List.of("audit"));
        var claims =
                GITHUB.base(clock.instant())
                        .subject("u1")
                        .claim("email", "ada@acme.example")
                        .claim("groups", List.of("billing-owners", "sre"));
        // When
        Verification verified = verify(GITHUB.sign(claims.build()), humans);
        Verification unverified =
                verify(GITHUB.sign(claims.claim("email_verified", false).build()), humans);
        // Then
        var human = (HumanCaller) ((Verification.Accepted) verified).caller();
        assertThat(human.roles()).containsExactly(Role.OPERATOR);
        assertThat(human.aliases()).contains("u1", "ada@acme.example");
        assertThat(rule(unverified)).isEqualTo("claims");
    }

    @Test
    @Attack(56)
    void believesAnAddressOnlyWhenItsIssuerVerifiedIt() {
        for (String name : List.of("{email}", "{/email}")) {
            // Given
            var mapping =
                    new ClaimMapping.Humans(new Template(name), List.of(), List.of(), List.of());
            for (Object no : List.of(false, "false", "FALSE", "no", "", 0, List.of(true))) {
                // When, Then
                assertThat(rule(verify(mail(no), mapping)))
                        .as("%s %s", name, no)
                        .isEqualTo("claims");
            }
            assertThat(rule(verify(mail(true), mapping))).isEqualTo("accepted");
            assertThat(rule(verify(mail("true"), mapping))).isEqualTo("accepted");
            String silent = GITHUB.sign(claims().claim("email", "ada@example.com").build());
            assertThat(rule(verify(silent, mapping))).isEqualTo("accepted");
        }
    }

    private String mail(Object verified) {
        return GITHUB.sign(
                claims().claim("email", "ada@example.com")
                        .claim("email_verified", verified)
                        .build());
    }

    @Test
    void namesTheClaimThatIsMissingEmptyOrAList() {
        for (Object value : Arrays.asList(null, "", " ", List.of("a", "b"), "a\nb", "a\u202eb")) {
            // When
            Verification verification = verify(GITHUB.sign(claims().claim("actor", value).build()));
            // Then
            assertThat(verification)
                    .isInstanceOfSatisfying(
                            Verification.Rejected.class,
                            rejected -> assertThat(rejected.reason()).contains("claim actor"));
        }
    }

    @Test
    @Attack(52)
    void refusesWrongAudienceIssuerAndTimes() {
        Instant now = clock.instant();
        assertThat(rule(verify(GITHUB.sign(claims().audience("vault").build()))))
                .isEqualTo("audience");
        assertThat(
                        rule(
                                verify(
                                        GITHUB.sign(
                                                claims().audience(List.of("sallyport", "vault"))
                                                        .build()))))
                .isEqualTo("audience");
        assertThat(rule(verify(GITHUB.sign(claims().issuer(ISSUER + "/").build()))))
                .isEqualTo("issuer");
        assertThat(rule(verify(GITHUB.sign(claims().issuer(null).build())))).isEqualTo("issuer");
        assertThat(rule(verify(GITHUB.sign(claims().expirationTime(null).build()))))
                .isEqualTo("claims");
        assertThat(rule(verify(GITHUB.sign(claims().subject(null).build())))).isEqualTo("claims");
        assertThat(rule(verify(GITHUB.sign(claims().issueTime(null).build())))).isEqualTo("claims");
        assertThat(rule(verify(GITHUB.sign(claims().expirationTime(at(now, -31)).build()))))
                .isEqualTo("expired");
        assertThat(rule(verify(GITHUB.sign(claims().notBeforeTime(at(now, 60)).build()))))
                .isEqualTo("early");
        assertThat(rule(verify(GITHUB.sign(claims().issueTime(at(now, 60)).build()))))
                .isEqualTo("early");
        assertThat(rule(verify(GITHUB.sign(claims().expirationTime(at(now, 90_000)).build()))))
                .isEqualTo("lifetime");
    }

    @Test
    void toleratesThirtySecondsOfSkew() {
        Instant now = clock.instant();
        assertThat(rule(verify(GITHUB.sign(claims().expirationTime(at(now, -29)).build()))))
                .isEqualTo("accepted");
        assertThat(rule(verify(GITHUB.sign(claims().issueTime(at(now, 29)).build()))))
                .isEqualTo("accepted");
    }

    private static Date at(Instant now, long seconds) {
        return Date.from(now.plusSeconds(seconds));
    }

    @Test
    @Attack(52)
    void refusesAlgNoneAndPublicKeyAsHmacSecret() throws Exception {
        // Given
        String payload = part(claims().build().toString());
        String none = part("{\"alg\":\"none\"}") + "." + payload + ".";
        var header = new JWSHeader.Builder(JWSAlgorithm.HS256).keyID("k1").build();
        var confused = new SignedJWT(header, claims().build());
        confused.sign(new MACSigner(GITHUB.key().toRSAPublicKey().getEncoded()));
        // When, Then
        assertThat(rule(verify(none))).isEqualTo("format");
        assertThat(rule(verify(confused.serialize()))).isEqualTo("algorithm");
    }

    private static String part(String json) {
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(json.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void refusesForeignKeysTamperingAndOddHeaders() {
        // Given
        String good = GITHUB.sign(claims().build());
        String[] parts = good.split("\\.");
        String other = part(claims().claim("repository", "evil/app").build().toString());
        TestIssuer impostor = new TestIssuer(ISSUER, "k1");
        var type = new JWSHeader.Builder(JWSAlgorithm.RS256).type(new JOSEObjectType("dpop+jwt"));
        var embedded = new JWSHeader.Builder(JWSAlgorithm.RS256).jwk(impostor.key().toPublicJWK());
        // When, Then
        assertThat(rule(verify(parts[0] + "." + other + "." + parts[2]))).isEqualTo("signature");
        assertThat(rule(verify(impostor.sign(claims().build())))).isEqualTo("signature");
        assertThat(rule(verify(impostor.sign(embedded.build(), claims().build()))))
                .isEqualTo("signature");
        assertThat(rule(verify(GITHUB.sign(type.build(), claims().build())))).isEqualTo("type");
        assertThat(rule(verify(new TestIssuer(ISSUER, "k2").sign(claims().build()))))
                .isEqualTo("key");
        assertThat(rule(verify(good + "x".repeat(OidcVerifier.MAX_TOKEN)))).isEqualTo("format");
        assertThat(rule(verify("..."))).isEqualTo("format");
        assertThat(rule(verify(""))).isEqualTo("format");
    }

    @Test
    void acceptsEs256AndEd25519() throws Exception {
        // Given
        ECKey ec = new ECKeyGenerator(Curve.P_256).keyID("e1").generate();
        KeyPair edwards = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        byte[] spki = edwards.getPublic().getEncoded();
        var okp =
                new OctetKeyPair.Builder(
                                Curve.Ed25519,
                                Base64URL.encode(
                                        Arrays.copyOfRange(spki, spki.length - 32, spki.length)))
                        .keyID("d1")
                        .build();
        Files.writeString(jwks, new JWKSet(List.of(ec.toPublicJWK(), okp)).toString());
        var es =
                new SignedJWT(
                        new JWSHeader.Builder(JWSAlgorithm.ES256).keyID("e1").build(),
                        claims().build());
        es.sign(new ECDSASigner(ec));
        String input =
                part("{\"alg\":\"EdDSA\",\"kid\":\"d1\"}")
                        + "."
                        + part(claims().build().toString());
        Signature signature = Signature.getInstance("Ed25519");
        signature.initSign(edwards.getPrivate());
        signature.update(input.getBytes(StandardCharsets.US_ASCII));
        String ed = input + "." + Base64URL.encode(signature.sign());
        // When, Then
        assertThat(rule(verify(es.serialize()))).isEqualTo("accepted");
        assertThat(rule(verify(ed))).isEqualTo("accepted");
        assertThat(rule(verify(input + "." + Base64URL.encode(new byte[64]))))
                .isEqualTo("signature");
    }

    @Test
    void readsAChangedKeyFileAndKeepsGoodKeysWhenItBreaks() throws Exception {
        // Given
        var settings = GITHUB.settings(new JwksLocation.File(jwks), TestIssuer.githubMapping());
        TestIssuer rotated = new TestIssuer(ISSUER, "k2");
        try (var verifier = new OidcVerifier(List.of(settings), clock)) {
            assertThat(rule(verifier.verify(GITHUB.sign(claims().build())))).isEqualTo("accepted");
            // When
            Files.writeString(jwks, "not json at all, and of another length");
            // Then
            assertThat(rule(verifier.verify(GITHUB.sign(claims().build())))).isEqualTo("accepted");
            // When
            Files.writeString(jwks, rotated.jwks() + "  ");
            // Then
            assertThat(rule(verifier.verify(rotated.sign(claims().build())))).isEqualTo("accepted");
            assertThat(rule(verifier.verify(GITHUB.sign(claims().build())))).isEqualTo("key");
        }
    }

    @Test
    void namesATokenByIssuerAndJtiOrByItsSignedPart() {
        // Given
        String first = GITHUB.sign(claims().build());
        String again = GITHUB.sign(claims().claim("run_id", "4712").build());
        String without = GITHUB.sign(claims().jwtID(null).build());
        String other = GITHUB.sign(claims().jwtID(null).claim("run_id", "4712").build());
        // When, Then
        assertThat(tokenId(first)).isEqualTo(tokenId(again)).isNotEqualTo(tokenId(without));
        assertThat(tokenId(without)).isNotEqualTo(tokenId(other));
    }

    private String tokenId(String token) {
        var accepted = (Verification.Accepted) verify(token);
        return ((AgentCaller) accepted.caller()).tokenId();
    }
}
