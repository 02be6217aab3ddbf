package dev.sallyport.broker.policytest;

import dev.sallyport.access.policy.Policy;
import dev.sallyport.access.yaml.Problems;
import dev.sallyport.broker.intent.Catalogue;
import dev.sallyport.broker.intent.CatalogueFile;
import dev.sallyport.broker.intent.Intent;
import java.nio.file.Path;
import java.util.Set;

/** A policy directory as a whole: catalogue, schema, policies. */
public record PolicyDirectory(Path path, Catalogue catalogue, Policy policy) {
    /**
     * {@code policy check}: reads everything and reports every mistake with file, line and column.
     * With any problem the result MUST NOT be used.
     */
    public static PolicyDirectory read(Path path, Problems problems) {
        Catalogue catalogue = CatalogueFile.load(path, Set.of(), problems);
        Policy policy = Policy.load(path, problems);
        if (problems.isEmpty()) {
            checkNames(path, catalogue, policy, problems);
        }
        return new PolicyDirectory(path, catalogue, policy);
    }

    /** What the schema does not declare would make every request a denial. */
    private static void checkNames(
            Path path, Catalogue catalogue, Policy policy, Problems problems) {
        Set<String> parameters = policy.declared("request", "parameters");
        Set<String> facts = policy.declared("request", "facts");
        String file = path.resolve(CatalogueFile.NAME).toString();
        for (Intent intent : catalogue.intents()) {
            intent.parameters().keySet().stream()
                    .filter(name -> !parameters.contains(name))
                    .forEach(name ->
                            problems.add(
                                    file,
                                    0,
                                    0,
                                    "intent "
                                            + intent.name()
                                            + ": the schema has no "
                                            + "parameter "
                                            + name,
                                    "one of " + parameters));
            intent.facts().keySet().stream()
                    .filter(name -> !facts.contains(name))
                    .forEach(name ->
                            problems.add(
                                    file,
                                    0,
                                    0,
                                    "intent " + intent.name() + ": the schema has no fact " + name,
                                    "one of " + facts));
        }
    }
}
