package dev.sallyport.proxy.db;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The prepared statements and portals of one session, by name, as they will be once everything that
 * was sent has succeeded. SQL and the protocol share them: {@code EXECUTE s} runs what a Parse has
 * prepared, and {@code FETCH} reads a portal that a Bind has made. Owned by its event loop.
 *
 * <p>What the server has not confirmed can be undone, so that a name never means here what it does
 * not mean there: an error undoes what the server has skipped, and a name whose meaning hangs on an
 * earlier, still unanswered batch is uncertain, so that its use has to wait.
 */
final class Names {
    private static final String ALL = "\0all";
    private static final String UNNAMED = "\0unnamed";

    private final Map<String, Prepared> statements = new HashMap<>();
    private final Map<String, Portal> portals = new HashMap<>();
    private final Deque<Change> unconfirmed = new ArrayDeque<>();
    private final int limit;
    private int batch;
    private int answered;

    Names(int limit) {
        this.limit = limit;
    }

    /** What one message changes, until the server has answered it. */
    final class Change {
        private final int made = batch;
        private final String statement;
        private final boolean taken;
        private final Runnable undo;

        private Change(String statement, boolean taken, Runnable undo) {
            this.statement = statement;
            this.taken = taken;
            this.undo = undo;
            unconfirmed.add(this);
        }

        /**
         * The server has done it.
         *
         * @return false when it could not have, by what is known here: the two do not agree about
         *     the meaning of a name, and the session MUST end
         */
        boolean confirm() {
            unconfirmed.remove(this);
            return !taken;
        }
    }

    // ---- batches

    /** A Sync or Query was sent: an error in what came before does not touch what comes after. */
    void endBatch() {
        batch++;
    }

    /**
     * The oldest batch was answered.
     *
     * @param idle no transaction block is open, so that portals without hold are gone
     */
    void batchAnswered(boolean idle) {
        answered++;
        if (idle && answered == batch) {
            portals.values().removeIf(portal -> !portal.isHeld());
        }
    }

    /** True when what {@code name} means hangs on the answer to an earlier batch. */
    boolean isUncertainStatement(String name) {
        return unconfirmed.stream()
                .anyMatch(change ->
                        change.made != batch
                                && (change.statement.equals(ALL)
                                        || change.statement.equals(key(name))));
    }

    /** True when an earlier batch, whose end may close portals, is unanswered. */
    boolean isUncertainPortal(String name) {
        return !name.isEmpty() && answered < batch;
    }

    // ---- looking up

    Optional<Prepared> statement(String name) {
        return Optional.ofNullable(statements.get(name));
    }

    Optional<Portal> portal(String name) {
        return Optional.ofNullable(portals.get(name));
    }

    /** True when another name would be one too many. */
    boolean isFull() {
        return statements.size() + portals.size() >= limit;
    }

    // ---- changing

    /**
     * A statement gets a name. The server replaces only the unnamed one and fails for a name that
     * is taken, so that the old meaning stays.
     */
    Change prepare(String name, Prepared prepared) {
        Prepared before = statements.get(name);
        boolean taken = before != null && !name.isEmpty();
        if (!taken) {
            statements.put(name, prepared);
        }
        return new Change(key(name), taken, () -> put(statements, name, before));
    }

    /** A portal gets a name; as with {@link #prepare}. */
    Change bind(String name, Portal portal) {
        Portal before = portals.get(name);
        boolean taken = before != null && !name.isEmpty();
        if (!taken) {
            portals.put(name, portal);
        }
        return new Change("", taken, () -> put(portals, name, before));
    }

    /** A statement's name is free again. */
    Change deallocate(String name) {
        Prepared before = statements.remove(name);
        return new Change(key(name), false, () -> put(statements, name, before));
    }

    /** All statements are gone. */
    Change deallocateAll() {
        var before = new HashMap<>(statements);
        statements.clear();
        return new Change(ALL, false, () -> restore(statements, before));
    }

    /** A portal's name is free again. */
    Change close(String name) {
        Portal before = portals.remove(name);
        return new Change("", false, () -> put(portals, name, before));
    }

    /** All portals are gone. */
    Change closeAll() {
        var before = new HashMap<>(portals);
        portals.clear();
        return new Change("", false, () -> restore(portals, before));
    }

    /** The server has refused or skipped these: what they did here is undone, the last first. */
    void undo(List<Change> failed) {
        for (Change change : new ArrayList<>(failed).reversed()) {
            if (unconfirmed.remove(change)) {
                change.undo.run();
            }
        }
    }

    /** The unnamed ones have no name that SQL could say. */
    private static String key(String name) {
        return name.isEmpty() ? UNNAMED : name;
    }

    private static <T> void put(Map<String, T> map, String name, @Nullable T value) {
        if (value == null) {
            map.remove(name);
        } else {
            map.put(name, value);
        }
    }

    private static <T> void restore(Map<String, T> map, Map<String, T> before) {
        map.clear();
        map.putAll(before);
    }
}
