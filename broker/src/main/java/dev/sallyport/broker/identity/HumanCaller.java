package dev.sallyport.broker.identity;

import dev.sallyport.access.Words;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * A human, known by OIDC or by the operator credential of an embedded broker.
 *
 * @param aliases every other name of that person in the token, so that nobody approves for
 *     themselves under another name
 * @param groups groups that policy and intents may name
 * @param roles what they may do at the broker
 */
public record HumanCaller(String id, List<String> aliases, List<String> groups, Set<Role> roles)
        implements Caller {
    public HumanCaller {
        Words.requireText("human id", id);
        aliases = aliases.stream().distinct().toList();
        groups = groups.stream().distinct().toList();
        roles = roles.isEmpty() ? Set.of() : Set.copyOf(EnumSet.copyOf(roles));
    }

    /** The same human with {@code role} as well. */
    HumanCaller as(Role role) {
        var more = EnumSet.of(role);
        more.addAll(roles);
        return new HumanCaller(id, aliases, groups, more);
    }

    /** True when this human holds {@code role}. */
    public boolean is(Role role) {
        return roles.contains(role);
    }
}
