package dev.sallyport.access.yaml;

import java.util.ArrayList;
import java.util.List;

/** Collects mistakes, so that all are told at once. Not thread-safe. */
public final class Problems {
    /** More than anybody reads; keeps a hostile file from filling the memory. */
    private static final int MAX = 200;

    private final List<Problem> all = new ArrayList<>();

    /** Adds one; beyond {@value #MAX} they are no longer kept. */
    public void add(Problem problem) {
        if (all.size() < MAX) {
            all.add(problem);
        }
    }

    /** Adds one. */
    public void add(String file, int line, int column, String message, String expected) {
        add(new Problem(file, line, column, message, expected));
    }

    /** Everything found so far, in the order in which it was found. */
    public List<Problem> all() {
        return List.copyOf(all);
    }

    public boolean isEmpty() {
        return all.isEmpty();
    }

    /**
     * Returns when nothing was found.
     *
     * @throws InvalidConfigurationException listing every problem otherwise
     */
    public void throwIfAny() {
        if (!all.isEmpty()) {
            throw new InvalidConfigurationException(all);
        }
    }
}
