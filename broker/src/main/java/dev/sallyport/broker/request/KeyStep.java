package dev.sallyport.broker.request;

import dev.sallyport.access.certificate.KeyKind;
import dev.sallyport.access.certificate.KeyProof;
import dev.sallyport.access.certificate.Thumbprint;
import java.security.PublicKey;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;

/**
 * A later step on a request or a grant by one of its own keys, when the token may be over.
 *
 * @param id request or grant id
 * @param at when it was made, by the agent's clock; the proof covers it to the second
 * @param peer the network address that it came from, for the record; empty where it is made
 */
public record KeyStep(String id, Instant at, PublicKey key, String proof, String peer) {
    /** How far an agent's clock may be off; also how long a proof can be replayed. */
    static final Duration SKEW = Duration.ofSeconds(120);

    /** A step where it is made. */
    public KeyStep(String id, Instant at, PublicKey key, String proof) {
        this(id, at, key, proof, "");
    }

    /** The steps that exist; a proof for one is worth nothing for another. */
    public enum Verb {
        COLLECT("collect"),
        RENEW("renew"),
        RELEASE("release");

        private final String word;

        Verb(String word) {
            this.word = word;
        }

        /** The word that is signed. */
        public String word() {
            return word;
        }
    }

    /** True when the proof is fresh and made for exactly this step. */
    public boolean isProven(Verb verb, Instant now) {
        return isFresh(at, now)
                && KeyProof.verify(
                        key, RequestProof.PURPOSE_STEP, RequestProof.ofStep(verb, id, at), proof);
    }

    /** True when it is proven, and by the key of one of these thumbprints. */
    public boolean isProvenBy(Collection<String> thumbprints, Verb verb, Instant now) {
        return KeyKind.of(key).isPresent()
                && thumbprints.contains(Thumbprint.of(key))
                && isProven(verb, now);
    }

    static boolean isFresh(Instant at, Instant now) {
        return Duration.between(at, now).abs().compareTo(SKEW) <= 0;
    }
}
