package dev.sallyport.broker.request;

import dev.sallyport.access.certificate.KeyProof;
import dev.sallyport.access.event.EventContext;
import dev.sallyport.access.event.EventType;
import dev.sallyport.broker.approval.Shown;
import dev.sallyport.broker.identity.AgentCaller;
import dev.sallyport.broker.issue.ClientKey;
import dev.sallyport.broker.store.DurableEvents;
import dev.sallyport.broker.store.RequestRows;
import dev.sallyport.broker.store.TokenUses;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What a request must pass before anybody thinks about it: fresh, by keys that are held, with a
 * token that belongs to these keys, and not one of too many.
 */
final class RequestIntake {
    /** An agent that has this many questions open shall wait for answers. */
    private static final int MAX_PENDING = 20;

    /** Beyond the verifier's skew a token is surely over, and its binding can be forgotten. */
    private static final Duration TOKEN_MEMORY = Duration.ofMinutes(10);

    private final RequestRows rows;
    private final TokenUses tokens;
    private final DurableEvents events;
    private final InstantSource clock;

    RequestIntake(RequestRows rows, TokenUses tokens, DurableEvents events, InstantSource clock) {
        this.rows = rows;
        this.tokens = tokens;
        this.events = events;
        this.clock = clock;
    }

    /** Records the request and gives back the keys that it proved. */
    List<ClientKey> accept(
            String id, AgentCaller caller, AccessRequest request, EventContext context)
            throws RequestRefusedException {
        List<ClientKey> keys = provenKeys(request);
        recordRequest(id, caller, request, keys, context);
        bindToken(caller, keys);
        if (rows.pending(caller.agent().id(), clock.instant()) >= MAX_PENDING) {
            throw RequestRefusedException.deny(
                    "limit", "this agent has too many requests that wait for approval");
        }
        return keys;
    }

    private List<ClientKey> provenKeys(AccessRequest request) throws RequestRefusedException {
        if (!KeyStep.isFresh(request.at(), clock.instant())) {
            throw RequestRefusedException.deny("proof", "the clocks are too far apart");
        }
        byte[] message = request.proofMessage();
        for (ProvenKey key : request.keys()) {
            if (!KeyProof.verify(key.key(), RequestProof.PURPOSE_REQUEST, message, key.proof())) {
                throw RequestRefusedException.deny("proof", "possession of a key is not proved");
            }
        }
        try {
            return request.keys().stream().map(ProvenKey::clientKey).toList();
        } catch (IllegalArgumentException e) {
            throw RequestRefusedException.deny("proof", "keys are Ed25519 or P-256");
        }
    }

    private void recordRequest(
            String id,
            AgentCaller caller,
            AccessRequest request,
            List<ClientKey> keys,
            EventContext context) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("request", id);
        fields.put("issuer", caller.issuer());
        fields.put("parameters", request.parameters());
        fields.put("reason", request.reason());
        fields.put("ticket", request.ticket());
        fields.put("evidenceHash", Shown.hash(request.evidence()));
        fields.put("keys", keys.stream().map(ClientKey::thumbprint).toList());
        events.record(EventType.GRANT_REQUESTED, context, fields);
    }

    private void bindToken(AgentCaller caller, List<ClientKey> keys)
            throws RequestRefusedException {
        Set<String> thumbprints =
                keys.stream().map(ClientKey::thumbprint).collect(Collectors.toSet());
        Instant forget = caller.expiresAt().plus(TOKEN_MEMORY);
        if (!tokens.bind(caller.tokenId(), thumbprints, forget)) {
            throw RequestRefusedException.deny("token", "this token was used with another key");
        }
    }

    void sweep(Instant now) {
        tokens.sweep(now);
    }
}
