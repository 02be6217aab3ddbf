package dev.sallyport.broker.request;

import dev.sallyport.access.Words;
import java.security.PublicKey;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What an agent asks for, as it came in.
 *
 * @param parameters as said, by name
 * @param evidence free text for approvers; may have several lines
 * @param at when it was made, by the agent's clock; the proofs cover it to the second
 * @param keys the keys that shall carry the grant
 * @throws IllegalArgumentException when something is missing, too long or not text
 */
public record AccessRequest(
        String intent,
        Map<String, String> parameters,
        String reason,
        String ticket,
        String evidence,
        Instant at,
        List<ProvenKey> keys) {
    /** More parameters than any intent has. */
    public static final int MAX_PARAMETERS = 64;

    /** What a human still reads. */
    public static final int MAX_EVIDENCE = 16 * 1024;

    /** One for each use, and as many while a key is being changed. */
    public static final int MAX_KEYS = 4;

    public AccessRequest {
        Words.requireText("intent", intent);
        Words.requireText("reason", reason);
        Words.requireClean("ticket", ticket);
        if (evidence.length() > MAX_EVIDENCE) {
            throw new IllegalArgumentException("evidence is longer than " + MAX_EVIDENCE);
        }
        if (parameters.size() > MAX_PARAMETERS) {
            throw new IllegalArgumentException("there are more parameters than " + MAX_PARAMETERS);
        }
        parameters = Collections.unmodifiableMap(new TreeMap<>(parameters));
        parameters.forEach((name, value) -> {
            Words.requireText("parameter name", name);
            Words.requireClean("parameter", value);
        });
        keys = List.copyOf(keys);
        if (keys.isEmpty() || keys.size() > MAX_KEYS) {
            throw new IllegalArgumentException("a request has 1 to " + MAX_KEYS + " keys");
        }
    }

    /** What each key's proof signs. */
    public byte[] proofMessage() {
        List<PublicKey> publicKeys = keys.stream().map(ProvenKey::key).toList();
        return RequestProof.ofRequest(intent, parameters, reason, ticket, evidence, at, publicKeys);
    }
}
