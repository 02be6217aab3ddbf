package dev.sallyport.broker.identity;

import dev.sallyport.access.Agent;
import dev.sallyport.broker.intent.Template;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * From claims to a caller. Templates name claims: {@code "github/{repository}"}; nested ones by
 * JSON pointer: {@code "{/kubernetes.io/namespace}"}. A missing or empty claim is a refusal that
 * names the claim; a list expands in groups and is refused everywhere else.
 */
public sealed interface ClaimMapping {
    /** Makes the caller. */
    Caller caller(Claims claims, TokenFacts token) throws ClaimException;

    /** What is known of the token apart from its claims. */
    record TokenFacts(String issuer, String tokenId, java.time.Instant expiresAt) {}

    /** Tokens of agents. */
    record Agents(Template agent, Template owner, Template run, List<Template> groups)
            implements ClaimMapping {
        public Agents {
            groups = List.copyOf(groups);
        }

        @Override
        public Caller caller(Claims claims, TokenFacts token) throws ClaimException {
            var mapped =
                    new Agent(
                            claims.one(agent),
                            claims.one(owner),
                            claims.one(run),
                            expand(claims, groups));
            return new AgentCaller(mapped, token.issuer(), token.tokenId(), token.expiresAt());
        }
    }

    /**
     * Tokens of humans. Who is an approver, the catalogue says: {@link CallerVerifier} knows it.
     *
     * @param id the name in approvals and events
     * @param groups the groups they are in: approvers of an intent, operators or auditors
     * @param operators groups whose members are operators
     * @param auditors groups whose members are auditors
     */
    record Humans(Template id, List<Template> groups, List<String> operators, List<String> auditors)
            implements ClaimMapping {
        public Humans {
            groups = List.copyOf(groups);
            operators = List.copyOf(operators);
            auditors = List.copyOf(auditors);
        }

        @Override
        public Caller caller(Claims claims, TokenFacts token) throws ClaimException {
            List<String> mapped = expand(claims, groups);
            return new HumanCaller(claims.one(id), claims.aliases(), mapped, roles(mapped));
        }

        private Set<Role> roles(List<String> mapped) {
            var roles = EnumSet.noneOf(Role.class);
            if (mapped.stream().anyMatch(operators::contains)) {
                roles.add(Role.OPERATOR);
            }
            if (mapped.stream().anyMatch(auditors::contains)) {
                roles.add(Role.AUDITOR);
            }
            return roles;
        }
    }

    private static List<String> expand(Claims claims, List<Template> templates)
            throws ClaimException {
        var groups = new LinkedHashSet<String>();
        for (Template template : templates) {
            groups.addAll(claims.all(template));
        }
        if (groups.size() > Claims.MAX_GROUPS) {
            throw new ClaimException("more than " + Claims.MAX_GROUPS + " groups");
        }
        return new ArrayList<>(groups);
    }
}
