package dev.sallyport.access;

import java.util.List;

/**
 * A workload that acts. Its identity comes from an OIDC token and never from a stored secret.
 *
 * @param id stable name of the agent, for example {@code github/acme/billing-bot}
 * @param owner the human who answers for it
 * @param run the execution it belongs to (CI run, agent task)
 * @param groups groups that policy may name; order is kept, duplicates are dropped
 */
public record Agent(String id, String owner, String run, List<String> groups) {
    public Agent {
        Words.requireText("agent id", id);
        Words.requireText("agent owner", owner);
        Words.requireText("agent run", run);
        groups = groups.stream().distinct().toList();
        groups.forEach(group -> Words.requireText("agent group", group));
    }
}
