package dev.sallyport.broker.request;

import dev.sallyport.access.certificate.Thumbprint;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.PublicKey;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The bytes that a key signs to prove possession, the same at the agent and at the broker: each
 * part as its length in bytes (4, big endian) and its UTF-8, so that no two requests share a
 * message.
 */
public final class RequestProof {
    /** Purpose of a proof over {@link #ofRequest}. */
    public static final String PURPOSE_REQUEST = "sallyport-request-v1";

    /** Purpose of a proof over {@link #ofStep}. */
    public static final String PURPOSE_STEP = "sallyport-step-v1";

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    private RequestProof() {}

    /** What is signed for an access request; {@code at} counts to the second. */
    public static byte[] ofRequest(
            String intent,
            Map<String, String> parameters,
            String reason,
            String ticket,
            String evidence,
            Instant at,
            List<PublicKey> keys) {
        var proof = new RequestProof();
        proof.add(intent);
        proof.add(Integer.toString(parameters.size()));
        new TreeMap<>(parameters)
                .forEach((name, value) -> {
                    proof.add(name);
                    proof.add(value);
                });
        proof.add(reason);
        proof.add(ticket);
        proof.add(evidence);
        proof.add(Long.toString(at.getEpochSecond()));
        keys.stream().map(Thumbprint::of).sorted().forEach(proof::add);
        return proof.bytes.toByteArray();
    }

    /** What is signed for a later step on a request or grant. */
    public static byte[] ofStep(KeyStep.Verb verb, String id, Instant at) {
        var proof = new RequestProof();
        proof.add(verb.word());
        proof.add(id);
        proof.add(Long.toString(at.getEpochSecond()));
        return proof.bytes.toByteArray();
    }

    private void add(String part) {
        byte[] utf8 = part.getBytes(StandardCharsets.UTF_8);
        bytes.writeBytes(ByteBuffer.allocate(Integer.BYTES).putInt(utf8.length).array());
        bytes.writeBytes(utf8);
    }
}
