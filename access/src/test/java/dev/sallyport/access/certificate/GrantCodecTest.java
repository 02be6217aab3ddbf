package dev.sallyport.access.certificate;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.sallyport.access.Grant;
import dev.sallyport.access.fake.Attack;
import java.io.IOException;
import java.io.InputStream;
import java.security.KeyPair;
import java.security.PublicKey;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import org.bouncycastle.crypto.params.Ed25519PrivateKeyParameters;
import org.bouncycastle.crypto.util.PrivateKeyInfoFactory;
import org.bouncycastle.crypto.util.SubjectPublicKeyInfoFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Attack 49 and 52 of the list: a grant is exactly what the broker signed, or nothing. */
class GrantCodecTest {
    private final KeyPair grantKey = KeyFiles.generate(KeyKind.ED25519);
    private final List<PublicKey> trusted = List.of(grantKey.getPublic());
    private final Grant grant = TestAuthority.grant(KeyFiles.generate(KeyKind.ED25519).getPublic());

    @Test
    void givesBackExactlyWhatWasSigned() throws Exception {
        assertThat(GrantCodec.verify(GrantCodec.sign(grant, grantKey.getPrivate()), trusted))
                .isEqualTo(grant);
    }

    @Test
    void readsAndWritesTheGoldenGrant() throws Exception {
        // Given RFC 8032's first test key
        String golden = resource("golden-grant.txt");
        KeyPair key = goldenKey();

        // When
        Grant read = GrantCodec.verify(golden, List.of(key.getPublic()));

        // Then
        assertThat(GrantCodec.sign(read, key.getPrivate())).isEqualTo(golden);
        assertThat(read.cluster()).isEqualTo("acme");
        assertThat(read.scope()).hasSize(3);
    }

    @Test
    @Attack(49)
    void refusesEveryChangedCharacter() {
        // Given
        String good = GrantCodec.sign(grant, grantKey.getPrivate());

        for (int i = 0; i < good.length(); i++) {
            char other = good.charAt(i) == 'A' ? 'B' : 'A';
            String bad = good.substring(0, i) + other + good.substring(i + 1);

            // When, Then
            assertThatExceptionOfType(GrantRefusedException.class)
                    .as("changed at %d", i)
                    .isThrownBy(() -> GrantCodec.verify(bad, trusted));
        }
    }

    @Test
    void refusesTheLeftOverBitsOfBase64() {
        // Given the last character holds four bits that mean nothing
        String good = GrantCodec.sign(grant, grantKey.getPrivate());
        String alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
        int last = alphabet.indexOf(good.charAt(good.length() - 1));
        String bad = good.substring(0, good.length() - 1) + alphabet.charAt(last ^ 1);

        // When, Then
        assertThatExceptionOfType(GrantRefusedException.class)
                .isThrownBy(() -> GrantCodec.verify(bad, trusted))
                .matches(refused -> refused.rule().equals("grant-encoding"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"ticket\":\"OPS-1\" | \"ticket\":\"OPS-1\",\"admin\":true",
                "\"ticket\":\"OPS-1\" | \"ticket\":\"OPS-1\",\"ticket\":\"OPS-2\"",
                "\"ticket\":\"OPS-1\", | ''",
                "\"ticket\":\"OPS-1\" | \"ticket\":1",
                "\"ticket\":\"OPS-1\" | \"ticket\":null",
                "\"shell\":true | \"shell\":1",
                "\"shell\":true | \"shell\":true,\"sudo\":true",
                "\"bytes\":20000000 | \"bytes\":20000000.5",
                "\"bytes\":20000000 | \"bytes\":99999999999999999999",
                "\"bytes\":20000000 | \"bytes\":-1",
                "\"bytes\":20000000 | \"pages\":1",
                "ssh:batch-1 | ftp:batch-1",
                "ssh:batch-1 | db:batch-1",
                "2026-11-23T10:10:00Z | 2026-11-23T10:10:00.000Z",
                "2026-11-23T10:10:00Z | 2026-11-23T11:10:00+01:00",
                "2026-11-23T10:10:00Z | 2026-11-23T09:00:00Z",
                "\"owner\":\"ann\" | \"owner\":\"\"",
                "\"owner\":\"ann\" | \"owner\":\"a\\u0007nn\"",
            })
    void refusesASignedGrantWithAnyOtherField(String part, String replacement) {
        // Given
        String json = new String(GrantJson.write(grant), UTF_8);
        assertThat(json).contains(part);
        String bad = signed(json.replace(part, replacement));

        // When, Then
        assertThatExceptionOfType(GrantRefusedException.class)
                .isThrownBy(() -> GrantCodec.verify(bad, trusted))
                .matches(refused -> refused.rule().equals("grant-encoding"))
                .satisfies(refused -> assertThat(refused.reason()).doesNotContain("OPS-2"));
    }

    @Test
    void refusesWhatFollowsTheGrant() {
        String json = new String(GrantJson.write(grant), UTF_8);

        assertThatExceptionOfType(GrantRefusedException.class)
                .isThrownBy(() -> GrantCodec.verify(signed(json + "{}"), trusted));
        assertThatExceptionOfType(GrantRefusedException.class)
                .isThrownBy(() -> GrantCodec.verify(signed(json) + "\n", trusted));
        assertThatExceptionOfType(GrantRefusedException.class)
                .isThrownBy(() -> GrantCodec.verify(signed(json.substring(1)), trusted));
    }

    @Test
    void refusesASignatureForAnotherPurpose() {
        // Given a proof of possession over the same bytes
        byte[] json = GrantJson.write(grant);
        String proof = KeyProof.sign(grantKey.getPrivate(), "anything", json);

        // When, Then
        assertThatExceptionOfType(GrantRefusedException.class)
                .isThrownBy(() ->
                        GrantCodec.verify("spg1." + Signatures.encode(json) + "." + proof, trusted))
                .matches(refused -> refused.rule().equals("grant-signature"));
    }

    @Test
    void trustsNobodyByDefaultAndNoOtherKindOfKey() {
        String good = GrantCodec.sign(grant, grantKey.getPrivate());

        for (List<PublicKey> keys :
                List.of(
                        List.<PublicKey>of(),
                        List.of(KeyFiles.generate(KeyKind.P256).getPublic()),
                        List.of(KeyFiles.generate(KeyKind.ED25519).getPublic()))) {
            assertThatExceptionOfType(GrantRefusedException.class)
                    .isThrownBy(() -> GrantCodec.verify(good, keys))
                    .matches(refused -> refused.rule().equals("grant-signature"));
        }
    }

    @Test
    void neverSignsWhatNobodyWouldAccept() {
        var huge =
                TestAuthority.grant(
                        Collections.nCopies(100, TestAuthority.ssh("x".repeat(900))), key());

        assertThatIllegalArgumentException()
                .isThrownBy(() -> GrantCodec.sign(huge, grantKey.getPrivate()))
                .withMessageContaining("longer than");
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () -> GrantCodec.sign(grant, KeyFiles.generate(KeyKind.P256).getPrivate()));
    }

    @Test
    void acceptsTheLargestGrantThatItSigns() throws Exception {
        // Given
        var large =
                TestAuthority.grant(
                        Collections.nCopies(40, TestAuthority.ssh("x".repeat(900))), key());
        assertThat(GrantJson.write(large).length).isGreaterThan(46 * 1024);

        // When
        String encoded = GrantCodec.sign(large, grantKey.getPrivate());

        // Then
        assertThat(GrantCodec.verify(encoded, trusted)).isEqualTo(large);
    }

    private static PublicKey key() {
        return KeyFiles.generate(KeyKind.ED25519).getPublic();
    }

    private String signed(String json) {
        try {
            byte[] bytes = json.getBytes(UTF_8);
            return "spg1."
                    + Signatures.encode(bytes)
                    + "."
                    + Signatures.encode(
                            Signatures.sign(grantKey.getPrivate(), "sallyport-grant-v1\n", bytes));
        } catch (java.security.GeneralSecurityException impossible) {
            throw new AssertionError(impossible);
        }
    }

    static KeyPair goldenKey() throws Exception {
        byte[] seed =
                java.util.HexFormat.of()
                        .parseHex(
                                "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60");
        var own = new Ed25519PrivateKeyParameters(Arrays.copyOf(seed, 32), 0);
        var factory = java.security.KeyFactory.getInstance("Ed25519", Keys.bouncyCastle());
        return new KeyPair(
                factory.generatePublic(
                        new java.security.spec.X509EncodedKeySpec(
                                SubjectPublicKeyInfoFactory.createSubjectPublicKeyInfo(
                                                own.generatePublicKey())
                                        .getEncoded())),
                factory.generatePrivate(
                        new java.security.spec.PKCS8EncodedKeySpec(
                                PrivateKeyInfoFactory.createPrivateKeyInfo(own).getEncoded())));
    }

    private static String resource(String name) throws IOException {
        try (InputStream in =
                Objects.requireNonNull(GrantCodecTest.class.getResourceAsStream(name))) {
            return new String(in.readAllBytes(), UTF_8).strip();
        }
    }
}
