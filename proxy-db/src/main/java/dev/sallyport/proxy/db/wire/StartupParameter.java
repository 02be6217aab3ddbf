package dev.sallyport.proxy.db.wire;

/**
 * One name and value of a StartupMessage.
 *
 * @param name never empty on the wire: an empty name ends the list
 * @param value may be empty
 */
public record StartupParameter(String name, String value) {
    public StartupParameter {
        if (name.isEmpty()) {
            throw new IllegalArgumentException("a startup parameter has a name");
        }
    }
}
