package dev.sallyport.proxy.db.wire;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.AlgorithmParameters;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.security.spec.InvalidParameterSpecException;
import java.security.spec.PSSParameterSpec;
import java.util.Arrays;
import java.util.Locale;

/**
 * What ties SCRAM to the TLS connection it runs in: {@code tls-server-end-point}, the hash of the
 * server's certificate. A man in the middle shows another certificate, and the login fails.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc5929#section-4">RFC 5929, 4</a>
 */
public final class ChannelBinding {
    private static final ChannelBinding NONE = new ChannelBinding(new byte[0]);

    private final byte[] hash;

    private ChannelBinding(byte[] hash) {
        this.hash = hash;
    }

    /** No TLS, or a certificate without a binding. */
    public static ChannelBinding none() {
        return NONE;
    }

    /**
     * The hash of the certificate that the server has proved to own, by the hash function of the
     * certificate's signature, or SHA-256 where that is MD5 or SHA-1. A signature without a hash
     * function, such as Ed25519, has no binding: that gives {@link #none}.
     */
    public static ChannelBinding tlsServerEndPoint(X509Certificate server) {
        String algorithm = hashOf(server);
        if (algorithm.isEmpty()) {
            return NONE;
        }
        try {
            MessageDigest digest = MessageDigest.getInstance(algorithm);
            return new ChannelBinding(digest.digest(server.getEncoded()));
        } catch (NoSuchAlgorithmException | CertificateEncodingException unusable) {
            return NONE;
        }
    }

    private static String hashOf(X509Certificate certificate) {
        String name = certificate.getSigAlgName().toUpperCase(Locale.ROOT);
        String hash = name.equals("RSASSA-PSS") ? pssHash(certificate) : name.split("WITH", 2)[0];
        return switch (hash) {
            case "MD5", "SHA1", "SHA-1", "SHA256", "SHA-256" -> "SHA-256";
            case "SHA224", "SHA-224" -> "SHA-224";
            case "SHA384", "SHA-384" -> "SHA-384";
            case "SHA512", "SHA-512" -> "SHA-512";
            default -> "";
        };
    }

    /** The parameters of an RSASSA-PSS signature name its hash function. */
    private static String pssHash(X509Certificate certificate) {
        try {
            var parameters = AlgorithmParameters.getInstance("RSASSA-PSS");
            parameters.init(certificate.getSigAlgParams());
            return parameters.getParameterSpec(PSSParameterSpec.class).getDigestAlgorithm();
        } catch (NoSuchAlgorithmException
                | InvalidParameterSpecException
                | IOException unreadable) {
            return "";
        }
    }

    boolean exists() {
        return hash.length > 0;
    }

    /** The GS2 header of RFC 5802, 7, followed by the data it announces. */
    byte[] after(String gs2Header) {
        byte[] header = gs2Header.getBytes(StandardCharsets.US_ASCII);
        byte[] both = Arrays.copyOf(header, header.length + hash.length);
        System.arraycopy(hash, 0, both, header.length, hash.length);
        return both;
    }
}
