package dev.sallyport.broker.identity;

import dev.sallyport.access.Secret;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * From an {@code Authorization} header to a caller: a bearer token of a trusted issuer, or the
 * operator credential. Each outcome is recorded before it has an effect. Thread-safe.
 */
public final class CallerVerifier {
    private static final String SCHEME = "Bearer ";

    private final OidcVerifier tokens;
    private final OperatorCredential operator;
    private final IdentityEvents events;
    private final Supplier<List<String>> approverGroups;

    /**
     * @param approverGroups every group that an intent or a policy asks, as things stand: who is in
     *     none of them is no approver
     */
    public CallerVerifier(
            OidcVerifier tokens,
            OperatorCredential operator,
            IdentityEvents events,
            Supplier<List<String>> approverGroups) {
        this.tokens = tokens;
        this.operator = operator;
        this.events = events;
        this.approverGroups = approverGroups;
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

    private HumanCaller withVoice(HumanCaller human) {
        boolean isAsked = approverGroups.get().stream().anyMatch(human.groups()::contains);
        return isAsked ? human.as(Role.APPROVER) : human;
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
            return switch (tokens.verify(credential)) {
                case Verification.Accepted(HumanCaller human) ->
                        new Verification.Accepted(withVoice(human));
                case Verification other -> other;
            };
        }
        return operator.verify(Secret.of(credential))
                .<Verification>map(Verification.Accepted::new)
                .orElseGet(
                        () -> new Verification.Rejected("operator", "no such operator credential"));
    }
}
