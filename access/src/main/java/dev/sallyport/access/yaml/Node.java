package dev.sallyport.access.yaml;

/**
 * A value in a YAML file, which knows where it stands and where to report what is wrong with it.
 */
public sealed interface Node permits Mapping, Sequence, Scalar {
    /** Where it begins. */
    Place place();

    /** Reports a mistake at this node; {@code expected} may be empty. */
    void problem(String message, String expected);

    /** What it is, for messages: {@code a mapping}, {@code a list} or {@code a value}. */
    String kind();

    default String file() {
        return place().file();
    }

    default int line() {
        return place().line();
    }

    default int column() {
        return place().column();
    }
}
