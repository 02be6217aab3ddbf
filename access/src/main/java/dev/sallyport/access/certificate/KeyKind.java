package dev.sallyport.access.certificate;

import java.math.BigInteger;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.EdECPublicKey;
import java.security.spec.ECFieldFp;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.util.Optional;

/** The two kinds of key that Sallyport makes and accepts; there is no third. */
public enum KeyKind {
    /** RFC 8032; agents' SSH keys, the SSH CA and the grant key. */
    ED25519("ssh-ed25519"),
    /** FIPS 186-5 with the curve NIST P-256; agents' TLS keys and the X.509 CA. */
    P256("ecdsa-sha2-nistp256");

    private final String sshName;

    KeyKind(String sshName) {
        this.sshName = sshName;
    }

    /** The key type's name in SSH (RFC 8709, RFC 5656). */
    public String sshName() {
        return sshName;
    }

    /** The name of this kind's OpenSSH certificate (OpenSSH PROTOCOL.certkeys). */
    public String sshCertificateName() {
        return sshName + "-cert-v01@openssh.com";
    }

    /**
     * The kind of a public key of any provider; empty when it is another kind, or no good point.
     */
    public static Optional<KeyKind> of(PublicKey key) {
        try {
            return switch (Keys.jdk(key)) {
                case EdECPublicKey edwards when edwards.getParams().getName().equals("Ed25519") ->
                        Optional.of(ED25519);
                case ECPublicKey elliptic when isOnP256(elliptic) -> Optional.of(P256);
                default -> Optional.empty();
            };
        } catch (GeneralSecurityException refused) {
            return Optional.empty();
        }
    }

    private static boolean isOnP256(ECPublicKey key) throws GeneralSecurityException {
        AlgorithmParameters parameters = AlgorithmParameters.getInstance("EC");
        parameters.init(new ECGenParameterSpec("secp256r1"));
        ECParameterSpec wanted = parameters.getParameterSpec(ECParameterSpec.class);
        ECParameterSpec found = key.getParams();
        return found.getCurve().equals(wanted.getCurve())
                && found.getGenerator().equals(wanted.getGenerator())
                && found.getOrder().equals(wanted.getOrder())
                && isOnCurve(key, wanted);
    }

    private static boolean isOnCurve(ECPublicKey key, ECParameterSpec spec) {
        BigInteger prime = ((ECFieldFp) spec.getCurve().getField()).getP();
        BigInteger x = key.getW().getAffineX();
        BigInteger y = key.getW().getAffineY();
        if (x == null || y == null || x.compareTo(prime) >= 0 || y.compareTo(prime) >= 0) {
            return false;
        }
        BigInteger right =
                x.pow(3).add(spec.getCurve().getA().multiply(x)).add(spec.getCurve().getB());
        return y.pow(2).subtract(right).mod(prime).signum() == 0;
    }
}
