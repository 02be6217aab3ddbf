package dev.sallyport.access.policy;

import com.cedarpolicy.value.Value;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * What a Cedar schema declares, read from its JSON form: the context of each action and the
 * attributes of agents. Only the empty namespace is read. Immutable.
 */
final class SchemaTypes {
    private final Map<String, ContextType.RecordOf> contexts = new HashMap<>();
    private final Set<String> agentAttributes = new HashSet<>();
    private final JsonNode commonTypes;

    SchemaTypes(JsonNode schema) {
        JsonNode namespace = schema.path("");
        commonTypes = namespace.path("commonTypes");
        for (var action : namespace.path("actions").properties()) {
            JsonNode context = action.getValue().path("appliesTo").path("context");
            if (type(context) instanceof ContextType.RecordOf record) {
                contexts.put(action.getKey(), record);
            }
        }
        namespace
                .path("entityTypes")
                .path("Agent")
                .path("shape")
                .path("attributes")
                .fieldNames()
                .forEachRemaining(agentAttributes::add);
    }

    /** True when an action takes part in requests. */
    boolean knows(String action) {
        return contexts.containsKey(action);
    }

    boolean agentHas(String attribute) {
        return agentAttributes.contains(attribute);
    }

    /** The attributes of a record in an action's context, each with the word of its type. */
    Map<String, String> declared(String action, String record) {
        var words = new TreeMap<String, String>();
        ContextType.RecordOf context = contexts.get(action);
        if (context != null
                && context.attributes().get(record) instanceof ContextType.RecordOf inner) {
            inner.attributes().forEach((name, type) -> words.put(name, word(type)));
        }
        return words;
    }

    private static String word(ContextType type) {
        return switch (type) {
            case ContextType.Scalar scalar -> scalar.name().toLowerCase(Locale.ROOT);
            case ContextType.SetOf _ -> "set";
            case ContextType.RecordOf _ -> "record";
            case ContextType.Unsupported(String name) -> name;
        };
    }

    /**
     * The Cedar values of a context. An attribute that the action's context does not declare is
     * left out, because no validated policy can read it; inside records it is an error, because the
     * names of parameters and facts are the author's.
     *
     * @throws ContextType.MisfitException when a value does not fit
     */
    Map<String, Value> values(String action, Map<String, Object> context) {
        ContextType.RecordOf types = contexts.get(action);
        if (types == null) {
            throw new ContextType.MisfitException("the action", "declared in the policy schema");
        }
        var values = new HashMap<String, Value>();
        context.forEach((name, value) -> {
            ContextType type = types.attributes().get(name);
            if (type != null) {
                values.put(name, type.value(name, value));
            }
        });
        return values;
    }

    private ContextType type(JsonNode node) {
        String type = node.path("type").asText();
        return switch (type) {
            case "Record" -> {
                var attributes = new HashMap<String, ContextType>();
                for (var attribute : node.path("attributes").properties()) {
                    attributes.put(attribute.getKey(), type(attribute.getValue()));
                }
                yield new ContextType.RecordOf(attributes);
            }
            case "Set" -> new ContextType.SetOf(type(node.path("element")));
            case "EntityOrCommon", "Extension" -> named(node.path("name").asText());
            default -> named(type);
        };
    }

    private ContextType named(String name) {
        JsonNode common = commonTypes.path(name);
        if (!common.isMissingNode()) {
            return type(common);
        }
        return switch (name.replaceFirst("^__cedar::", "")) {
            case "String" -> ContextType.Scalar.STRING;
            case "Long" -> ContextType.Scalar.LONG;
            case "Bool", "Boolean" -> ContextType.Scalar.BOOL;
            case "decimal" -> ContextType.Scalar.DECIMAL;
            case "ipaddr" -> ContextType.Scalar.IPADDR;
            case "datetime" -> ContextType.Scalar.DATETIME;
            default -> new ContextType.Unsupported(name);
        };
    }
}
