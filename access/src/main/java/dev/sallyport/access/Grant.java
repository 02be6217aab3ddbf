package dev.sallyport.access;

import dev.sallyport.access.scope.Scope;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The right itself, as data: agent, intent, scope, validity and approvals. Holding a {@code Grant}
 * proves nothing; a proxy acts on a {@link dev.sallyport.access.certificate.VerifiedGrant} only.
 *
 * @param id {@code g-} followed by a ULID
 * @param cluster the cluster that issued it; a proxy of another cluster refuses it
 * @param parameters what the agent said, as text; never trusted as fact
 * @param facts what the broker looked up itself, as text
 * @param reason why, in the agent's words
 * @param ticket ticket id, or empty
 * @param keys thumbprints ({@link dev.sallyport.access.certificate.Thumbprint}) of the public keys
 *     that may carry it
 * @param notAfter end of the right; sessions end then. Certificates may end earlier and be renewed
 */
public record Grant(
        String id,
        String cluster,
        Agent agent,
        String intent,
        Map<String, String> parameters,
        Map<String, String> facts,
        String reason,
        String ticket,
        List<Scope> scope,
        List<Approval> approvals,
        List<String> keys,
        Instant notBefore,
        Instant notAfter) {
    public Grant {
        Words.requireText("grant id", id);
        Words.requireText("cluster", cluster);
        Words.requireText("intent", intent);
        Words.requireClean("reason", reason);
        Words.requireClean("ticket", ticket);
        parameters = cleanCopy("parameter", parameters);
        facts = cleanCopy("fact", facts);
        scope = List.copyOf(scope);
        approvals = List.copyOf(approvals);
        keys = List.copyOf(keys);
        if (keys.isEmpty()) {
            throw new IllegalArgumentException("a grant without keys would fit any key");
        }
        if (!notBefore.isBefore(notAfter)) {
            throw new IllegalArgumentException("grant ends before it begins");
        }
    }

    private static Map<String, String> cleanCopy(String what, Map<String, String> map) {
        map.forEach((key, value) -> {
            Words.requireText(what + " name", key);
            Words.requireClean(what + " value", value);
        });
        return Collections.unmodifiableMap(new TreeMap<>(map));
    }

    /** True from {@code notBefore} until just before {@code notAfter}. */
    public boolean isValidAt(Instant now) {
        return !now.isBefore(notBefore) && now.isBefore(notAfter);
    }

    /** The scopes that name {@code target}; empty when the grant does not reach it. */
    public List<Scope> scopesFor(Target target) {
        return scope.stream().filter(entry -> entry.target().equals(target)).toList();
    }
}
