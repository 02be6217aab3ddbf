package dev.sallyport.broker.issue;

import dev.sallyport.access.certificate.KeyKind;
import dev.sallyport.access.certificate.Thumbprint;
import java.security.PublicKey;

/** A public key whose possession was proved, and what it shall be certified for. */
public record ClientKey(KeyUse use, PublicKey key) {
    public ClientKey {
        if (KeyKind.of(key).isEmpty()) {
            throw new IllegalArgumentException("the key is neither Ed25519 nor P-256");
        }
    }

    /** The key's name in grants. */
    public String thumbprint() {
        return Thumbprint.of(key);
    }
}
