package dev.sallyport.access.scope;

import dev.sallyport.access.Target;

/** What a grant may do on one target. A grant's scope is a list of these. */
public sealed interface Scope permits SshScope, DbScope, K8sScope {
    Target target();

    Budget budget();
}
