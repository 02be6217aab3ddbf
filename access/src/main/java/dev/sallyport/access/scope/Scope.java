package dev.sallyport.access.scope;

import dev.sallyport.access.Target;
import dev.sallyport.access.act.Act;

/** What a grant may do on one target. A grant's scope is a list of these. */
public sealed interface Scope permits SshScope, DbScope, K8sScope {
    Target target();

    Budget budget();

    /** The account at the target that it is for: login, role; empty where there is none. */
    String account();

    /** Whether {@code act} lies inside this scope; what is not understood never does. */
    ScopeAnswer permits(Act act);
}
