package dev.sallyport.broker.intent;

import dev.sallyport.access.Refusal;
import dev.sallyport.access.Words;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A declared purpose of the catalogue.
 *
 * @param risk {@code low}, {@code medium} or {@code high}: for approvers and policy
 * @param ttl how long its grants live
 * @param approvers groups who are asked when policy wants a human
 */
public record Intent(
        String name,
        String description,
        String risk,
        Map<String, Parameter> parameters,
        Map<String, Fact> facts,
        Duration ttl,
        List<ScopeTemplate> scope,
        List<String> approvers) {

    /** What {@link #bind} answers. */
    public sealed interface Binding {
        /** Every parameter is there and fits. */
        record Bound(BoundIntent intent) implements Binding {}

        /** A parameter is missing, unknown or does not fit its place. */
        record Unbound(Refusal refusal) implements Binding {}
    }

    public Intent {
        Words.requireText("intent", name);
        parameters = Collections.unmodifiableMap(new LinkedHashMap<>(parameters));
        facts = Collections.unmodifiableMap(new LinkedHashMap<>(facts));
        scope = List.copyOf(scope);
        approvers = List.copyOf(approvers);
    }

    /** Checks what the agent said and binds it into the scope. */
    public Binding bind(Map<String, String> said) {
        for (String name : said.keySet()) {
            if (!parameters.containsKey(name)) {
                return unbound("has no such parameter; it takes " + parameters.keySet());
            }
        }
        var values = new TreeMap<String, Object>();
        for (Parameter parameter : parameters.values()) {
            String text = said.get(parameter.name());
            if (text == null) {
                if (!parameter.optional()) {
                    return unbound("needs parameter " + parameter.name());
                }
                continue;
            }
            var value = parameter.parse(text);
            if (value.isEmpty()) {
                return unbound(
                        "parameter %s is not a %s"
                                .formatted(parameter.name(), parameter.type().word()));
            }
            values.put(parameter.name(), value.get());
        }
        try {
            var texts = new TreeMap<String, String>();
            values.forEach((name, value) -> texts.put(name, Parameter.text(value)));
            var bound = scope.stream().map(template -> template.bind(texts)).toList();
            return new Binding.Bound(new BoundIntent(this, texts, values, bound));
        } catch (UnsafeValueException e) {
            return unbound(e.reason());
        }
    }

    /**
     * Typed facts of their texts, as the grant keeps them.
     *
     * @throws IllegalArgumentException when a text is none of its fact's type, or no fact of this
     *     intent
     */
    public Facts facts(Map<String, String> texts) {
        var values = new TreeMap<String, Object>();
        texts.forEach((name, text) -> {
            Fact fact = facts.get(name);
            if (fact == null) {
                throw new IllegalArgumentException("no fact of intent " + this.name);
            }
            values.put(
                    name,
                    fact.parse(text)
                            .orElseThrow(() ->
                                    new IllegalArgumentException(
                                            "fact " + name + " has no " + fact.type().word())));
        });
        return new Facts(texts, values);
    }

    private Binding unbound(String reason) {
        return new Binding.Unbound(
                Refusal.deny("intent", "intent " + name + " " + reason)
                        .withNext("sallyport request --help"));
    }
}
