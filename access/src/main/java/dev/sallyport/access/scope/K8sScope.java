package dev.sallyport.access.scope;

import dev.sallyport.access.Protocol;
import dev.sallyport.access.Target;
import dev.sallyport.access.act.Act;
import java.util.List;

/** Rights on one Kubernetes cluster, on top of what the impersonated groups may do. */
public record K8sScope(
        Target target,
        List<String> groups,
        List<String> namespaces,
        List<String> verbs,
        List<String> resources,
        Budget budget)
        implements Scope {
    public K8sScope {
        if (target.protocol() != Protocol.K8S) {
            throw new IllegalArgumentException("a Kubernetes scope needs a k8s target");
        }
        groups = List.copyOf(groups);
        namespaces = List.copyOf(namespaces);
        verbs = List.copyOf(verbs);
        resources = List.copyOf(resources);
    }

    @Override
    public String account() {
        return "";
    }

    @Override
    public ScopeAnswer permits(Act act) {
        // No act of this protocol exists yet.
        return new ScopeAnswer.Outside("not an act of this protocol");
    }
}
