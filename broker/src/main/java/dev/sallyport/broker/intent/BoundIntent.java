package dev.sallyport.broker.intent;

import dev.sallyport.access.scope.Scope;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * An intent with the agent's parameters, checked and bound into its scope. Made by {@link
 * Intent#bind} only.
 */
public final class BoundIntent {
    private final Intent intent;
    private final Map<String, Object> parameters;
    private final Map<String, String> said;
    private final List<Scope> scope;

    BoundIntent(
            Intent intent,
            Map<String, Object> parameters,
            Map<String, String> said,
            List<Scope> scope) {
        this.intent = intent;
        this.parameters = Collections.unmodifiableMap(new TreeMap<>(parameters));
        this.said = Collections.unmodifiableMap(new TreeMap<>(said));
        this.scope = List.copyOf(scope);
    }

    public Intent intent() {
        return intent;
    }

    /** The typed values for policy's context: String, Long, BigDecimal or Boolean by name. */
    public Map<String, Object> parameters() {
        return parameters;
    }

    /** The same values as text, for the grant, the record and approvers. */
    public Map<String, String> said() {
        return said;
    }

    /** The scope with every value in its place. */
    public List<Scope> scope() {
        return scope;
    }
}
