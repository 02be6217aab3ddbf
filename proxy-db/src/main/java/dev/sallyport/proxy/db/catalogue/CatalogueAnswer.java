package dev.sallyport.proxy.db.catalogue;

/** What a {@link CatalogueSource} has to say. Without a catalogue nothing may be judged. */
public sealed interface CatalogueAnswer {
    /**
     * Recent enough to judge by.
     *
     * @param classes the configured classes, bound to this catalogue
     */
    record Ready(Catalogue catalogue, Classes classes) implements CatalogueAnswer {}

    /**
     * There is none: whatever needs one is refused.
     *
     * @param reason for operators, not for agents
     */
    record Unavailable(String reason) implements CatalogueAnswer {}
}
