package dev.sallyport.access.certificate;

import dev.sallyport.access.Grant;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.interfaces.EdECPrivateKey;
import java.util.Collection;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The signed encoding of a grant:
 *
 * <pre>
 * spg1 . base64url(JSON) . base64url(Ed25519 over "sallyport-grant-v1\n" + JSON)
 * </pre>
 *
 * <p>There is one algorithm and no field that names it, so there is none to confuse. The signature
 * is checked before the JSON is looked at; each grant has exactly one accepted text. Stateless.
 */
public final class GrantCodec {
    /** Longest encoding that is looked at; {@link GrantJson#MAX_BYTES} in base64 is just below. */
    public static final int MAX_LENGTH = 66 * 1024;

    private static final String DOMAIN = "sallyport-grant-v1\n";
    private static final Pattern SHAPE =
            Pattern.compile("spg1\\.([A-Za-z0-9_-]+)\\.([A-Za-z0-9_-]{86})");

    private GrantCodec() {}

    /**
     * Signs {@code grant}. MUST be called only after {@code grant.issued} is durable.
     *
     * @param grantKey the cluster's Ed25519 grant key
     * @throws IllegalArgumentException when the grant is too large or the key of another kind
     */
    public static String sign(Grant grant, PrivateKey grantKey) {
        byte[] json = GrantJson.write(grant);
        try {
            byte[] signature = Signatures.sign(requireEd25519(grantKey), DOMAIN, json);
            return "spg1." + Signatures.encode(json) + "." + Signatures.encode(signature);
        } catch (GeneralSecurityException refused) {
            throw new IllegalArgumentException("the grant key cannot sign", refused);
        }
    }

    /**
     * Gives back the grant when one of {@code trusted} signed exactly this text.
     *
     * @throws GrantRefusedException rule {@code grant-encoding} or {@code grant-signature}
     */
    public static Grant verify(String encoded, Collection<PublicKey> trusted)
            throws GrantRefusedException {
        if (encoded.length() > MAX_LENGTH) {
            throw new GrantRefusedException("grant-encoding", "the grant is too long");
        }
        Matcher shape = SHAPE.matcher(encoded);
        if (!shape.matches()) {
            throw new GrantRefusedException("grant-encoding", "the grant is not in the form spg1");
        }
        Optional<byte[]> json = Signatures.decode(shape.group(1));
        Optional<byte[]> signature = Signatures.decode(shape.group(2));
        if (json.isEmpty() || signature.isEmpty()) {
            throw new GrantRefusedException(
                    "grant-encoding", "the grant is not canonical base64url");
        }
        if (!isSigned(json.get(), signature.get(), trusted)) {
            throw new GrantRefusedException(
                    "grant-signature", "no trusted grant key signed this grant");
        }
        return read(json.get());
    }

    private static boolean isSigned(byte[] json, byte[] signature, Collection<PublicKey> trusted) {
        return trusted.stream()
                .filter(key -> KeyKind.of(key).equals(Optional.of(KeyKind.ED25519)))
                .anyMatch(key -> Signatures.verify(key, DOMAIN, json, signature));
    }

    private static Grant read(byte[] json) throws GrantRefusedException {
        try {
            return GrantJson.read(json);
        } catch (IllegalArgumentException malformed) {
            throw new GrantRefusedException(
                    "grant-encoding", "the grant is malformed: " + malformed.getMessage());
        }
    }

    private static PrivateKey requireEd25519(PrivateKey key) throws GeneralSecurityException {
        PrivateKey own = Keys.jdk(key);
        if (!(own instanceof EdECPrivateKey)) {
            throw new IllegalArgumentException("the grant key must be Ed25519");
        }
        return own;
    }
}
