package dev.sallyport.cli.node;

import dev.sallyport.access.Target;
import dev.sallyport.access.policy.Policy;
import dev.sallyport.access.yaml.Problems;
import dev.sallyport.broker.intent.Catalogue;
import dev.sallyport.broker.policytest.PolicyDirectory;
import java.nio.file.Path;
import java.util.Set;

/** What decides: the Cedar policies and the catalogue of intents, from one directory. */
public record Rules(Policy policy, Catalogue catalogue) {
    /**
     * Reads both, for these targets.
     *
     * @throws dev.sallyport.access.yaml.InvalidConfigurationException listing every mistake
     */
    public static Rules load(Path directory, Set<Target> targets) {
        var problems = new Problems();
        PolicyDirectory read = PolicyDirectory.read(directory, targets, problems);
        problems.throwIfAny();
        return new Rules(read.policy(), read.catalogue());
    }
}
