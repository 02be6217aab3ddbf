package dev.sallyport.access;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/**
 * Locks, found by what they lock: a look-up costs the same however many there are. Thread-safe; a
 * look-up that begins after {@link #put} has returned finds the lock.
 */
public final class Locks {
    private static final List<Lock.Subject> SUBJECTS = List.of(Lock.Subject.values());
    private static final Comparator<Lock> OLDEST_FIRST =
            Comparator.comparing(Lock::at).thenComparing(Lock::id);

    private record Key(Lock.Subject subject, String value) {}

    // Both are changed under this only, and read by anyone.
    private final Map<String, Lock> byId = new ConcurrentHashMap<>();
    private final Map<Key, List<Lock>> bySubject = new ConcurrentHashMap<>();

    /** Adds a lock; one that is there already stays. */
    public synchronized void put(Lock lock) {
        if (byId.putIfAbsent(lock.id(), lock) == null) {
            bySubject.merge(key(lock), List.of(lock), Locks::strongestFirst);
        }
    }

    /** Takes a lock away, if it is there. */
    public synchronized void remove(String id) {
        Lock gone = byId.remove(id);
        if (gone == null) {
            return;
        }
        var rest = new ArrayList<>(bySubject.getOrDefault(key(gone), List.of()));
        rest.remove(gone);
        if (rest.isEmpty()) {
            bySubject.remove(key(gone));
        } else {
            bySubject.put(key(gone), List.copyOf(rest));
        }
    }

    /** Makes {@code all} the locks that exist; at no moment is one that stays missing. */
    public synchronized void replace(Collection<Lock> all) {
        all.forEach(this::put);
        var staying = all.stream().map(Lock::id).collect(Collectors.toSet());
        byId.keySet().stream().filter(id -> !staying.contains(id)).toList().forEach(this::remove);
    }

    /** The lock of that id. */
    public Optional<Lock> find(String id) {
        return Optional.ofNullable(byId.get(id));
    }

    /** Every lock, oldest first. */
    public List<Lock> all() {
        return byId.values().stream().sorted(OLDEST_FIRST).toList();
    }

    /** How many there are. */
    public int count() {
        return byId.size();
    }

    /**
     * A lock that covers the session {@code session} of {@code grant} on {@code target}; operators'
     * kills before grants that were handed back.
     */
    public Optional<Lock> match(Grant grant, String session, Target target) {
        Optional<Lock> found = Optional.empty();
        for (Lock.Subject subject : SUBJECTS) {
            var locks = bySubject.get(new Key(subject, subject.of(grant, session, target)));
            if (locks != null) {
                Lock first = locks.getFirst();
                if (first.cause() == Lock.Cause.KILL) {
                    return Optional.of(first);
                }
                found = Optional.of(first);
            }
        }
        return found;
    }

    private static Key key(Lock lock) {
        return new Key(lock.subject(), lock.value());
    }

    private static List<Lock> strongestFirst(List<Lock> some, List<Lock> more) {
        var both = new ArrayList<>(some);
        both.addAll(more);
        both.sort(Comparator.comparing(Lock::cause).thenComparing(OLDEST_FIRST));
        return List.copyOf(both);
    }
}
