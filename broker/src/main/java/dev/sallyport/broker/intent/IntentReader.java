package dev.sallyport.broker.intent;

import dev.sallyport.access.Target;
import dev.sallyport.access.yaml.Mapping;
import dev.sallyport.access.yaml.Node;
import dev.sallyport.access.yaml.Problems;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import java.util.stream.Collectors;
import tools.jackson.core.JsonPointer;

/** Reads one intent; reports every mistake of it. */
final class IntentReader {
    private static final Duration MIN_TTL = Duration.ofSeconds(30);

    /** A grant is minutes; a working day is the outer limit of what may be called that. */
    private static final Duration MAX_TTL = Duration.ofHours(8);

    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9._-]{0,62}");
    private static final Pattern PARAMETER = Pattern.compile("[a-zA-Z][a-zA-Z0-9_]{0,62}");
    private static final String TYPES =
            Arrays.stream(Parameter.Type.values())
                    .map(Parameter.Type::word)
                    .collect(Collectors.joining(", "));

    private final ScopeReader scopes;
    private final Problems problems;

    IntentReader(Set<Target> targets, Problems problems) {
        this.scopes = new ScopeReader(targets);
        this.problems = problems;
    }

    /** The intent, or empty when it has a mistake. */
    Optional<Intent> read(Mapping mapping) {
        int before = problems.all().size();
        mapping.refuseUnknown(
                "intent",
                "description",
                "risk",
                "parameters",
                "facts",
                "ttl",
                "scope",
                "approvers");
        String name = mapping.text("intent");
        if (mapping.has("intent") && !NAME.matcher(name).matches()) {
            mapping.problemAtKey(
                    "intent", "this name cannot be used", "lower-case letters, digits, . _ -");
        }
        String risk = mapping.text("risk", "medium");
        if (!List.of("low", "medium", "high").contains(risk)) {
            mapping.problemAtKey("risk", "there is no such risk", "low, medium or high");
        }
        Map<String, Parameter> parameters = parameters(mapping);
        Map<String, Fact> facts = facts(mapping, parameters);
        List<ScopeTemplate> scope = scope(mapping, parameters);
        List<String> approvers = mapping.texts("approvers");
        Duration ttl = ttl(mapping);
        if (problems.all().size() > before) {
            return Optional.empty();
        }
        return Optional.of(
                new Intent(
                        name,
                        mapping.text("description", ""),
                        risk,
                        parameters,
                        facts,
                        ttl,
                        scope,
                        approvers));
    }

    private static Duration ttl(Mapping mapping) {
        if (!mapping.has("ttl")) {
            return mapping.duration("ttl");
        }
        Optional<Duration> ttl = mapping.optionalDuration("ttl");
        ttl.filter(t -> t.compareTo(MIN_TTL) < 0 || t.compareTo(MAX_TTL) > 0)
                .ifPresent(t ->
                        mapping.problemAtKey("ttl", "this is no lifetime of a grant", "30s to 8h"));
        return ttl.orElse(Duration.ZERO);
    }

    private static Map<String, Parameter> parameters(Mapping mapping) {
        var parameters = new LinkedHashMap<String, Parameter>();
        mapping.optionalMapping("parameters")
                .ifPresent(all -> {
                    for (String name : all.keys()) {
                        parameters.put(name, parameter(all, name));
                    }
                });
        return parameters;
    }

    private static Parameter parameter(Mapping all, String name) {
        if (!PARAMETER.matcher(name).matches()) {
            all.problemAtKey(name, "this name cannot be used", "a letter, then letters and digits");
        }
        Mapping shape = all.mapping(name);
        shape.refuseUnknown("type", "optional", "pattern", "values");
        Parameter.Type type = type(shape);
        String pattern = shape.text("pattern", "");
        List<String> values = shape.texts("values");
        if (shape.has("pattern") && type != Parameter.Type.STRING) {
            shape.problemAtKey("pattern", "only a string has a pattern", "no pattern");
        }
        if (values.isEmpty() != (type != Parameter.Type.ENUM)) {
            shape.problemAtKey("values", "an enum, and nothing else, has values", "values: [a, b]");
        }
        try {
            Pattern.compile(pattern);
        } catch (PatternSyntaxException e) {
            shape.problemAtKey("pattern", "this is no regular expression", "java.util.regex");
        }
        return new Parameter(name, type, shape.bool("optional", false), pattern, values);
    }

    private static Parameter.Type type(Mapping shape) {
        String word = shape.text("type");
        Optional<Parameter.Type> type =
                Arrays.stream(Parameter.Type.values())
                        .filter(t -> t.word().equals(word))
                        .findFirst();
        if (type.isEmpty() && shape.has("type")) {
            shape.problemAtKey("type", "there is no such type", TYPES);
        }
        return type.orElse(Parameter.Type.STRING);
    }

    private static Map<String, Fact> facts(Mapping mapping, Map<String, Parameter> parameters) {
        var facts = new LinkedHashMap<String, Fact>();
        mapping.optionalMapping("facts")
                .ifPresent(all -> {
                    for (String name : all.keys()) {
                        Mapping shape = all.mapping(name);
                        shape.refuseUnknown("http", "pointer", "type");
                        var fact =
                                new Fact(
                                        name,
                                        shape.text("http"),
                                        shape.text("pointer", ""),
                                        type(shape));
                        check(shape, fact, parameters);
                        facts.put(name, fact);
                    }
                });
        return facts;
    }

    private static void check(Mapping shape, Fact fact, Map<String, Parameter> parameters) {
        if (fact.type() == Parameter.Type.ENUM) {
            shape.problemAtKey("type", "a fact is no enum", "string, long, decimal or bool");
        }
        try {
            JsonPointer.compile(fact.pointer());
        } catch (IllegalArgumentException e) {
            shape.problemAtKey("pointer", "this is no JSON pointer", "for example /active");
        }
        if (!shape.has("http")) {
            return;
        }
        try {
            checkNames(shape, "http", new Template(fact.url()).names(), parameters);
            HttpLookup.requireSafe(URI.create(new Template(fact.url()).render(name -> "x")));
            if (!isHostFixed(fact.url())) {
                shape.problemAtKey("http", "a parameter stands in the host", "a fixed host");
            }
        } catch (IllegalArgumentException | java.io.IOException e) {
            shape.problemAtKey("http", "this URL cannot be asked", "https://host/path/{parameter}");
        }
    }

    /** The host ends at the first slash behind {@code ://}; parameters may stand behind it. */
    private static boolean isHostFixed(String url) {
        int host = url.indexOf("://") + "://".length();
        int place = url.indexOf('{');
        int path = url.indexOf('/', host);
        return place < 0 || path >= 0 && path < place;
    }

    private List<ScopeTemplate> scope(Mapping mapping, Map<String, Parameter> parameters) {
        var scope = new ArrayList<ScopeTemplate>();
        for (Node node : mapping.sequence("scope").entries()) {
            if (node instanceof Mapping entry) {
                scopes.read(entry)
                        .ifPresent(template -> {
                            checkNames(entry, "", template.parameters(), parameters);
                            scope.add(template);
                        });
            } else {
                node.problem("this is no scope", "ssh, db or k8s: TARGET, …");
            }
        }
        if (mapping.has("scope") && mapping.sequence("scope").entries().isEmpty()) {
            mapping.problemAtKey("scope", "an intent without scope grants nothing", "a scope");
        }
        return scope;
    }

    private static void checkNames(
            Mapping at, String key, Set<String> names, Map<String, Parameter> parameters) {
        for (String name : names) {
            Parameter parameter = parameters.get(name);
            if (parameter == null) {
                at.problemAtKey(
                        key,
                        "parameter {" + name + "} is not declared",
                        parameters.isEmpty() ? "no parameter" : "one of " + parameters.keySet());
            } else if (parameter.optional()) {
                at.problemAtKey(
                        key, "parameter {" + name + "} is optional", "one that is always there");
            }
        }
    }
}
