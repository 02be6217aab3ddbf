package dev.sallyport.broker.identity;

import dev.sallyport.access.Agent;
import dev.sallyport.access.Words;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Who calls the broker, after verification. Nothing in it came from the request's body. */
public sealed interface Caller {
    /** The name in events and approvals: the agent's id or the human's. */
    String id();

    /** Groups, in the order of the mapping. */
    List<String> groups();

    /** True when a human caller holds {@code role}; a workload holds none. */
    boolean is(Role role);

    /** What a human may do at the broker. */
    enum Role {
        APPROVER,
        OPERATOR,
        AUDITOR;

        /** The word of configuration and events. */
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * An agent, known by its token.
     *
     * @param issuer the token's exact issuer
     * @param token names this one token without giving it away (lower-case hex SHA-256 of issuer
     *     and {@code jti}, or of the whole token when it has no {@code jti}): a token serves the
     *     key that used it first and no other
     * @param tokenEnd when the token ends
     */
    record Workload(Agent agent, String issuer, String token, Instant tokenEnd) implements Caller {
        public Workload {
            Words.requireText("issuer", issuer);
            Words.requireText("token id", token);
        }

        @Override
        public String id() {
            return agent.id();
        }

        @Override
        public List<String> groups() {
            return agent.groups();
        }

        @Override
        public boolean is(Role role) {
            return false;
        }
    }

    /**
     * A human, by OIDC or by the operator credential of an embedded broker.
     *
     * @param issuer the token's issuer, or {@code local}
     */
    record Human(String id, List<String> groups, Set<Role> roles, String issuer) implements Caller {
        public Human {
            Words.requireText("human id", id);
            Words.requireText("issuer", issuer);
            groups = groups.stream().distinct().toList();
            roles = roles.isEmpty() ? Set.of() : Set.copyOf(EnumSet.copyOf(roles));
        }

        @Override
        public boolean is(Role role) {
            return roles.contains(role);
        }
    }
}
