package dev.sallyport.broker.policytest;

import dev.sallyport.access.Target;
import dev.sallyport.access.policy.Policy;
import dev.sallyport.access.yaml.Mapping;
import dev.sallyport.access.yaml.Problems;
import dev.sallyport.broker.intent.Catalogue;
import dev.sallyport.broker.intent.CatalogueFile;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;

/** A policy directory as a whole: catalogue, schema, policies. */
public record PolicyDirectory(Path path, Catalogue catalogue, Policy policy) {
    /**
     * {@code policy check}: reads everything and reports every mistake with file, line and column.
     * With any problem the result MUST NOT be used.
     */
    public static PolicyDirectory read(Path path, Problems problems) {
        return read(path, Set.of(), problems);
    }

    /**
     * The same for a node.
     *
     * @param targets every target that is configured; an intent that names another is a mistake
     */
    public static PolicyDirectory read(Path path, Set<Target> targets, Problems problems) {
        Catalogue catalogue = CatalogueFile.load(path, targets, problems);
        Policy policy = Policy.load(path, problems);
        if (problems.isEmpty()) {
            for (Mapping intent : CatalogueFile.mappings(path, problems)) {
                checkDeclared(intent, "parameters", policy);
                checkDeclared(intent, "facts", policy);
            }
        }
        return new PolicyDirectory(path, catalogue, policy);
    }

    /** What the schema does not declare, or with another type, would make a request a denial. */
    private static void checkDeclared(Mapping intent, String section, Policy policy) {
        Map<String, String> declared = policy.declared("request", section);
        intent.optionalMapping(section)
                .ifPresent(named -> {
                    for (String name : named.keys()) {
                        String type = schemaType(named.mapping(name).text("type"));
                        String schema = declared.getOrDefault(name, "");
                        if (schema.isEmpty()) {
                            named.problemAtKey(
                                    name,
                                    "the schema declares no \"" + name + "\" among " + section,
                                    "one of " + declared.keySet());
                        } else if (!schema.equals(type)) {
                            named.mapping(name)
                                    .problemAtKey(
                                            "type",
                                            "the schema declares \"" + name + "\" as " + schema,
                                            "a type that is a " + schema + " in Cedar");
                        }
                    }
                });
    }

    private static String schemaType(String type) {
        return type.equals("enum") ? "string" : type;
    }
}
