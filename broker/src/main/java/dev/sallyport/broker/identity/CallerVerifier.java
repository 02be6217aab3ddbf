package dev.sallyport.broker.identity;

import dev.sallyport.access.Secret;
import java.util.Optional;

/**
 * From an {@code Authorization} header to a caller: a bearer token of a trusted issuer, or the
 * operator credential. Each outcome is recorded before it has an effect. Thread-safe.
 */
public final class CallerVerifier {
    private static final String SCHEME = "Bearer ";

    private final OidcVerifier tokens;
    private final OperatorCredential operator;
    private final IdentityEvents events;

    public CallerVerifier(OidcVerifier tokens, OperatorCredential operator, IdentityEvents events) {
        this.tokens = tokens;
        this.operator = operator;
        this.events = events;
    }

    /**
     * Who calls, or empty: and then the outward answer is the same 401 whatever the reason was.
     *
     * @param authorization the header's value; empty when there is none
     * @param peer the network address, for the record
     */
    public Optional<Caller> verify(String authorization, String peer) {
        Verification verification = judge(authorization);
        return switch (verification) {
            case Verification.Accepted accepted ->
                    events.accepted(accepted.caller(), peer) || mayAlwaysCall(accepted.caller())
                            ? Optional.of(accepted.caller())
                            : Optional.empty();
            case Verification.Rejected rejected -> {
                events.rejected(rejected, peer);
                yield Optional.empty();
            }
        };
    }

    /**
     * When nothing can be recorded an operator must still see that, and must still be able to kill.
     * Whatever else an operator asks for is refused where it would have to be recorded.
     */
    private static boolean mayAlwaysCall(Caller caller) {
        return caller instanceof HumanCaller human && human.roles().contains(Role.OPERATOR);
    }

    private Verification judge(String authorization) {
        if (authorization.isEmpty()) {
            return new Verification.Rejected("absent", "no credential");
        }
        if (!authorization.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
            return new Verification.Rejected("format", "not a bearer credential");
        }
        String credential = authorization.substring(SCHEME.length()).strip();
        if (!credential.startsWith(OperatorCredential.PREFIX)) {
            return tokens.verify(credential);
        }
        return operator.verify(Secret.of(credential))
                .<Verification>map(Verification.Accepted::new)
                .orElseGet(
                        () -> new Verification.Rejected("operator", "no such operator credential"));
    }
}
