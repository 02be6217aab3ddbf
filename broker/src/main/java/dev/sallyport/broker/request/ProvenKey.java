package dev.sallyport.broker.request;

import dev.sallyport.broker.issue.ClientKey;
import dev.sallyport.broker.issue.KeyUse;
import java.security.PublicKey;

/**
 * A public key and the proof that the sender holds its private half. The name says what the sender
 * claims; {@link AccessRequests} checks it.
 */
public record ProvenKey(KeyUse use, PublicKey key, String proof) {
    ClientKey clientKey() {
        return new ClientKey(use, key);
    }
}
