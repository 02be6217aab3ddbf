package dev.sallyport.recorder.verify;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** Collects findings from all threads of a verification. Thread-safe. */
final class Findings {
    // A record that was torn to pieces is as broken as one with this many findings of one kind.
    // Each
    // kind has its own room: a crowd of notes keeps no failure out.
    private static final int MOST = 10_000;

    // guarded by this
    private final List<Finding> findings = new ArrayList<>();
    private final Map<Severity, Integer> kept = new EnumMap<>(Severity.class);
    private Severity worst = Severity.NOTE;
    private long leftOut;

    void note(Place place, String message) {
        add(Severity.NOTE, place, message);
    }

    void incomplete(Place place, String message) {
        add(Severity.INCOMPLETE, place, message);
    }

    void unverifiable(Place place, String message) {
        add(Severity.UNVERIFIABLE, place, message);
    }

    void failure(Place place, String message) {
        add(Severity.FAILURE, place, message);
    }

    synchronized void add(Severity severity, Place place, String message) {
        if (severity.compareTo(worst) > 0) {
            worst = severity;
        }
        if (kept.merge(severity, 1, Integer::sum) <= MOST) {
            findings.add(new Finding(severity, place, message));
        } else {
            leftOut++;
        }
    }

    synchronized Severity worst() {
        return worst;
    }

    synchronized long leftOut() {
        return leftOut;
    }

    /** All findings, worst first. */
    synchronized List<Finding> all() {
        List<Finding> sorted = new ArrayList<>(findings);
        sorted.sort(Comparator.comparing(Finding::severity).reversed());
        return sorted;
    }
}
