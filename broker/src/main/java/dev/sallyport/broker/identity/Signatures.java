package dev.sallyport.broker.identity;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.OctetKeyPair;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jwt.SignedJWT;
import java.io.ByteArrayOutputStream;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.util.HexFormat;
import java.util.Set;

/** Checks a token's signature with one public key (RFC 7515, RFC 8037). */
final class Signatures {
    /**
     * Asymmetric only: with no HMAC in the list a public key can never serve as a shared secret.
     */
    static final Set<JWSAlgorithm> ALLOWED =
            Set.of(
                    JWSAlgorithm.RS256,
                    JWSAlgorithm.PS256,
                    JWSAlgorithm.ES256,
                    JWSAlgorithm.ES384,
                    JWSAlgorithm.EdDSA,
                    JWSAlgorithm.Ed25519);

    /** NIST SP 800-131A: shorter RSA keys are disallowed. */
    private static final int MIN_RSA_BITS = 2048;

    /** SubjectPublicKeyInfo of an Ed25519 key up to its 32 bytes (RFC 8410). */
    private static final byte[] ED25519_PREFIX =
            HexFormat.of().parseHex("302a300506032b6570032100");

    private static final int ED25519_LENGTH = 32;

    private Signatures() {}

    /** True when {@code key} is of the right kind and made the signature; false in all doubt. */
    static boolean verify(SignedJWT token, JWK key) {
        try {
            return switch (key) {
                case RSAKey rsa ->
                        rsa.size() >= MIN_RSA_BITS
                                && token.verify(new RSASSAVerifier(rsa.toRSAPublicKey()));
                case ECKey ec -> token.verify(new ECDSAVerifier(ec.toECPublicKey()));
                case OctetKeyPair okp ->
                        Curve.Ed25519.equals(okp.getCurve()) && verifyEd25519(token, okp);
                default -> false;
            };
        } catch (JOSEException | GeneralSecurityException | IllegalStateException e) {
            return false;
        }
    }

    private static boolean verifyEd25519(SignedJWT token, OctetKeyPair key)
            throws GeneralSecurityException {
        byte[] point = key.getX().decode();
        if (point.length != ED25519_LENGTH) {
            return false;
        }
        var encoded = new ByteArrayOutputStream();
        encoded.writeBytes(ED25519_PREFIX);
        encoded.writeBytes(point);
        Signature signature = Signature.getInstance("Ed25519");
        signature.initVerify(
                KeyFactory.getInstance("Ed25519")
                        .generatePublic(new X509EncodedKeySpec(encoded.toByteArray())));
        signature.update(token.getSigningInput());
        return signature.verify(token.getSignature().decode());
    }
}
