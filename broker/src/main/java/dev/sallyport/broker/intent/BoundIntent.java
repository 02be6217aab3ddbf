package dev.sallyport.broker.intent;

import dev.sallyport.access.scope.Scope;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * An intent with the agent's parameters, checked and bound into its scope by {@link Intent#bind}.
 *
 * @param parameters the one text of each value, for the grant, the record and approvers
 * @param parameterValues String, Long, BigDecimal (scale 4) or Boolean, for policy's context
 * @param scope the scope with every value in its place
 */
public record BoundIntent(
        Intent intent,
        Map<String, String> parameters,
        Map<String, Object> parameterValues,
        List<Scope> scope) {
    public BoundIntent {
        parameters = Collections.unmodifiableMap(new TreeMap<>(parameters));
        parameterValues = Collections.unmodifiableMap(new TreeMap<>(parameterValues));
        scope = List.copyOf(scope);
    }
}
