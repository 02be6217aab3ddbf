package dev.sallyport.broker.api;

import java.time.Instant;
import java.util.List;
import java.util.Map;

/** The shapes of request and answer bodies, as in {@code openapi.json}; times are RFC 3339. */
public sealed interface ApiBody {
    /**
     * Asks for a grant.
     *
     * @param at epoch second at which the proofs were made
     */
    record Ask(
            String intent,
            Map<String, String> parameters,
            String reason,
            String ticket,
            String evidence,
            long at,
            List<Key> keys)
            implements ApiBody {}

    /**
     * A key to be certified.
     *
     * @param use {@code ssh} or {@code x509}
     * @param publicKey SubjectPublicKeyInfo, base64url without padding
     * @param proof possession, see {@code RequestProof}
     */
    record Key(String use, String publicKey, String proof) implements ApiBody {}

    /**
     * The grant and everything needed to use it.
     *
     * @param status {@code issued} or {@code renewed}
     * @param certificateEnd when the first certificate ends
     */
    record Issued(
            String status,
            GrantView grant,
            String sshCertificate,
            String x509Certificate,
            String x509Ca,
            Instant certificateEnd,
            Map<String, Door> doors)
            implements ApiBody {}

    /**
     * How a proxy is reached.
     *
     * @param address {@code host:port}
     * @param hostKeyAlias the name under which {@code knownHosts} knows it
     */
    record Door(String address, String hostKeyAlias, List<String> knownHosts) implements ApiBody {
        public Door {
            knownHosts = List.copyOf(knownHosts);
        }
    }

    /** Humans are asked. */
    record Pending(
            String status,
            String request,
            String approval,
            int needed,
            Instant expiresAt,
            long retryAfterSeconds,
            String shown)
            implements ApiBody {}

    /** A grant, as far as its agent and humans with a role may know it. */
    record GrantView(
            String id,
            String state,
            String agent,
            String owner,
            String run,
            String intent,
            Map<String, String> parameters,
            String reason,
            String ticket,
            List<Map<String, Object>> scope,
            Instant notBefore,
            Instant notAfter)
            implements ApiBody {}

    /** Grants. */
    record GrantList(List<GrantView> grants) implements ApiBody {}

    /** A question to humans. */
    record ApprovalView(
            String id,
            String kind,
            String state,
            String agent,
            String owner,
            String run,
            String intent,
            String grant,
            String session,
            String shown,
            String hash,
            int needed,
            List<String> groups,
            Instant askedAt,
            Instant expiresAt,
            List<VoteView> votes)
            implements ApiBody {}

    /** One human's answer. */
    record VoteView(String approver, String vote, String comment, Instant at) implements ApiBody {}

    /** Questions. */
    record ApprovalList(List<ApprovalView> approvals) implements ApiBody {}

    /**
     * An approver's answer.
     *
     * @param vote {@code yes} or {@code no}
     * @param hash of the text that the approver saw
     */
    record Answer(String vote, String hash, String comment) implements ApiBody {}

    /** Asks for a lock; {@code value} is empty for subject {@code all}. */
    record Kill(String subject, String value, String reason) implements ApiBody {}

    /** A lock. */
    record LockView(
            String id,
            String subject,
            String value,
            String cause,
            String reason,
            String by,
            Instant at)
            implements ApiBody {}

    /**
     * A lock that now holds, and where it could not be confirmed.
     *
     * @param sessions how many live sessions it covered
     * @param grants how many live grants it covers, as far as the store says
     */
    record LockPlaced(
            LockView lock,
            List<String> silentNodes,
            boolean stored,
            boolean recorded,
            int sessions,
            int grants)
            implements ApiBody {}

    /** Locks. */
    record LockList(List<LockView> locks) implements ApiBody {}

    /** The state of the broker and what is known of its nodes. */
    record Status(
            String cluster,
            String version,
            String policyVersion,
            boolean recording,
            List<SessionView> sessions,
            int grants,
            int approvals,
            int locks,
            int nodes)
            implements ApiBody {}

    /** A live session. */
    record SessionView(
            String session,
            String agent,
            String target,
            String grant,
            String intent,
            Instant since,
            String state)
            implements ApiBody {}

    /** Intents. */
    record IntentList(List<IntentView> intents) implements ApiBody {}

    /** An intent as a caller needs it to ask. */
    record IntentView(
            String name,
            String description,
            String risk,
            long ttlSeconds,
            List<ParameterView> parameters,
            List<String> targets,
            List<String> approvers)
            implements ApiBody {}

    /** A parameter of an intent. */
    record ParameterView(
            String name, String type, boolean optional, String pattern, List<String> values)
            implements ApiBody {}

    /**
     * Asks what a request would take.
     *
     * @param agent for humans only: whom to ask for; all its fields empty for oneself
     */
    record Explain(String intent, Map<String, String> parameters, AgentView agent)
            implements ApiBody {}

    /** An agent. */
    record AgentView(String id, String owner, String run, List<String> groups) implements ApiBody {
        /** The caller itself. */
        public static final AgentView SELF = new AgentView("", "", "", List.of());
    }

    /**
     * What a request would take.
     *
     * @param verdict {@code allow}, {@code hold} or {@code deny}
     */
    record Explained(
            String verdict,
            int approvals,
            List<String> approvers,
            List<String> rules,
            String reason,
            Map<String, String> facts)
            implements ApiBody {}

    /** Public keys to trust. */
    record Ca(String cluster, String x509Ca, String sshCa, String upstreamCa) implements ApiBody {}

    /** {@code ok} or {@code failing}. */
    record Health(String status) implements ApiBody {}

    /** An error that is no refusal. */
    record Failure(Problem error) implements ApiBody {}

    /**
     * What went wrong.
     *
     * @param code stable word
     * @param where the body's field, or empty
     */
    record Problem(String code, String message, String where) implements ApiBody {}
}
