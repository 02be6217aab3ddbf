package dev.sallyport.broker.api;

import java.util.Set;

/**
 * Every route and who may use it: the one table. What is not named is refused: 401 when no caller
 * is known, 403 when the caller is none of these.
 */
public enum Route {
    SUBMIT("POST", "/v1/requests", Who.AGENT),
    COLLECT("GET", "/v1/requests/{id}", Who.KEY),
    GRANTS("GET", "/v1/grants", Who.AGENT, Who.APPROVER, Who.OPERATOR, Who.AUDITOR),
    RENEW("POST", "/v1/grants/{id}/renew", Who.KEY),
    RELEASE("DELETE", "/v1/grants/{id}", Who.KEY, Who.OPERATOR),
    APPROVALS("GET", "/v1/approvals", Who.APPROVER, Who.OPERATOR, Who.AUDITOR),
    APPROVAL("GET", "/v1/approvals/{id}", Who.APPROVER, Who.OPERATOR, Who.AUDITOR),
    DECIDE("POST", "/v1/approvals/{id}/decision", Who.APPROVER),
    LOCK("POST", "/v1/locks", Who.OPERATOR),
    LOCKS("GET", "/v1/locks", Who.APPROVER, Who.OPERATOR, Who.AUDITOR),
    UNLOCK("DELETE", "/v1/locks/{id}", Who.OPERATOR),
    STATUS("GET", "/v1/status", Who.OPERATOR, Who.AUDITOR),
    INTENTS("GET", "/v1/intents", Who.AGENT, Who.APPROVER, Who.OPERATOR, Who.AUDITOR),
    EXPLAIN("POST", "/v1/policy/explain", Who.AGENT, Who.OPERATOR, Who.AUDITOR),
    CA("GET", "/v1/ca", Who.ANYONE),
    HEALTHZ("GET", "/healthz", Who.ANYONE),
    READYZ("GET", "/readyz", Who.ANYONE),
    METRICS("GET", "/metrics", Who.ANYONE),
    OPENAPI("GET", "/openapi.json", Who.ANYONE);

    /** Kinds of callers. */
    public enum Who {
        /** Without any proof; the answer holds nothing about anybody. */
        ANYONE,
        /** A bearer token that maps to an agent. */
        AGENT,
        /** A proof by a key of that very request or grant. */
        KEY,
        /** A human with this role. */
        APPROVER,
        /** A human with this role. */
        OPERATOR,
        /** A human with this role. */
        AUDITOR
    }

    private final String method;
    private final String path;
    private final Set<Who> who;

    Route(String method, String path, Who... who) {
        this.method = method;
        this.path = path;
        this.who = Set.of(who);
    }

    /** The HTTP method. */
    public String method() {
        return method;
    }

    /** The path, with {@code {id}} for a path parameter. */
    public String path() {
        return path;
    }

    /** Who may use it. */
    public Set<Who> who() {
        return who;
    }
}
