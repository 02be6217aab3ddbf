package dev.sallyport.broker.request;

import dev.sallyport.access.Agent;
import dev.sallyport.access.Approval;
import dev.sallyport.access.Grant;
import dev.sallyport.broker.approval.Shown;
import dev.sallyport.broker.intent.BoundIntent;
import dev.sallyport.broker.intent.Facts;
import dev.sallyport.broker.issue.ClientKey;
import dev.sallyport.broker.issue.KeyUse;
import dev.sallyport.broker.store.RequestRow;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.spec.X509EncodedKeySpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;

/**
 * A request as it is judged, shown and kept: the agent, its words, its proven keys and the facts of
 * that moment. Immutable.
 */
record Frozen(
        String id,
        Agent agent,
        BoundIntent intent,
        Facts facts,
        Shown.Purpose purpose,
        List<ClientKey> keys) {

    /** What approvers see. */
    String shown(Judgement.Needs needs) {
        return Shown.request(
                agent,
                intent,
                facts.texts(),
                purpose,
                needs.ttl(),
                needs.approvals(),
                needs.groups());
    }

    /** The grant that this would become. */
    Grant grant(String grant, String cluster, List<Approval> approvals, Instant now, Duration ttl) {
        return new Grant(
                grant,
                cluster,
                agent,
                intent.intent().name(),
                intent.parameters(),
                facts.texts(),
                purpose.reason(),
                purpose.ticket(),
                intent.scope(),
                approvals,
                keys.stream().map(ClientKey::thumbprint).distinct().toList(),
                now,
                now.plus(ttl));
    }

    /** What the store keeps of it. */
    RequestRow.Document document() {
        return new RequestRow.Document(
                agent,
                intent.intent().name(),
                intent.parameters(),
                facts.texts(),
                purpose.reason(),
                purpose.ticket(),
                purpose.evidence(),
                keys.stream().map(Frozen::row).toList());
    }

    private static RequestRow.Key row(ClientKey key) {
        return new RequestRow.Key(
                key.use().name(),
                key.key().getAlgorithm(),
                Base64.getEncoder().encodeToString(key.key().getEncoded()));
    }

    /** The keys of a kept request. */
    static List<ClientKey> keys(RequestRow.Document document) {
        return document.keys().stream().map(Frozen::key).toList();
    }

    private static ClientKey key(RequestRow.Key row) {
        try {
            var encoded = new X509EncodedKeySpec(Base64.getDecoder().decode(row.publicKey()));
            String algorithm = row.algorithm().startsWith("Ed") ? "Ed25519" : "EC";
            return new ClientKey(
                    KeyUse.valueOf(row.use()),
                    KeyFactory.getInstance(algorithm).generatePublic(encoded));
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("a kept key is damaged", e);
        }
    }

    /** For the record: what was decided about. */
    Map<String, Object> fields() {
        return Map.of(
                "request", id,
                "parameters", intent.parameters(),
                "facts", facts.texts(),
                "reason", purpose.reason(),
                "ticket", purpose.ticket());
    }
}
