package dev.sallyport.broker.intent;

import dev.sallyport.access.Target;
import dev.sallyport.access.scope.DbScope;
import dev.sallyport.access.scope.K8sScope;
import dev.sallyport.access.scope.Scope;
import dev.sallyport.access.scope.SshScope;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A scope of the catalogue, in which names, patterns and paths may still hold {@code {parameter}}
 * placeholders. It can only become a {@link Scope} by {@link #bind}.
 */
public final class ScopeTemplate {
    private final Scope unbound;

    /** Wraps a scope whose texts are templates. */
    public ScopeTemplate(Scope unbound) {
        this.unbound = unbound;
    }

    public Target target() {
        return unbound.target();
    }

    /** Every placeholder's name. */
    public Set<String> parameters() {
        var names = new LinkedHashSet<String>();
        map((place, text) -> {
            names.addAll(new Template(text).names());
            return text;
        });
        return names;
    }

    /**
     * Puts the values in.
     *
     * @throws UnsafeValueException when a value does not fit its place
     */
    Scope bind(Map<String, String> values) {
        return map((place, text) -> place.bind(text, values));
    }

    private Scope map(Mapping mapping) {
        return switch (unbound) {
            case SshScope scope -> ssh(scope, mapping);
            case DbScope scope ->
                    new DbScope(
                            scope.target(),
                            mapping.of(Place.NAME, scope.role()),
                            scope.operations(),
                            all(Place.TABLE, scope.tables(), mapping),
                            all(Place.TABLE, scope.functions(), mapping),
                            settings(scope.settings(), mapping),
                            scope.reviewCommit(),
                            scope.budget());
            case K8sScope scope ->
                    new K8sScope(
                            scope.target(),
                            all(Place.NAME, scope.groups(), mapping),
                            all(Place.NAME, scope.namespaces(), mapping),
                            scope.verbs(),
                            scope.resources(),
                            scope.budget());
        };
    }

    private static SshScope ssh(SshScope scope, Mapping mapping) {
        return new SshScope(
                scope.target(),
                mapping.of(Place.NAME, scope.login()),
                all(Place.EXEC, scope.exec(), mapping),
                scope.shell(),
                all(Place.PATH, scope.read(), mapping),
                all(Place.PATH, scope.write(), mapping),
                all(Place.ADDRESS, scope.forward(), mapping),
                all(Place.ADDRESS, scope.listen(), mapping),
                scope.agentForwarding(),
                scope.x11(),
                scope.environment(),
                scope.budget());
    }

    private static List<String> all(Place place, List<String> texts, Mapping mapping) {
        var mapped = new ArrayList<String>();
        texts.forEach(text -> mapped.add(mapping.of(place, text)));
        return mapped;
    }

    private static Map<String, String> settings(Map<String, String> settings, Mapping mapping) {
        var mapped = new LinkedHashMap<String, String>();
        settings.forEach((name, value) -> mapped.put(name, mapping.of(Place.SETTING, value)));
        return mapped;
    }

    @FunctionalInterface
    private interface Mapping {
        String of(Place place, String text);
    }
}
