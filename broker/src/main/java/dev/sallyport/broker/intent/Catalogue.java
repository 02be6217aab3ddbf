package dev.sallyport.broker.intent;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The intents that can be asked for. Immutable; read by {@link CatalogueFile}. */
public final class Catalogue {
    private final Map<String, Intent> intents;
    private final String version;

    /**
     * @param version lower-case hex SHA-256 of the source
     */
    public Catalogue(List<Intent> intents, String version) {
        var byName = new LinkedHashMap<String, Intent>();
        for (Intent intent : intents) {
            if (byName.put(intent.name(), intent) != null) {
                throw new IllegalArgumentException("intent " + intent.name() + " exists twice");
            }
        }
        this.version = version;
        this.intents = Collections.unmodifiableMap(byName);
    }

    /** The intent of that exact name. */
    public Optional<Intent> find(String name) {
        return Optional.ofNullable(intents.get(name));
    }

    /** Lower-case hex SHA-256 of the file that it was read from. */
    public String version() {
        return version;
    }

    /** All intents, in the file's order. */
    public List<Intent> intents() {
        return List.copyOf(intents.values());
    }
}
