package dev.sallyport.broker.store;

import dev.sallyport.access.Lock;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import org.jdbi.v3.core.Handle;

/** The locks that exist. */
public final class LockRows {
    /** More are forgotten by the next sweep. */
    private static final int MAX_LISTED = 500;

    private final Store store;

    public LockRows(Store store) {
        this.store = store;
    }

    /** All locks, oldest first. */
    public List<Lock> all() {
        return store.read(handle ->
                handle.createQuery("select * from locks order by placed_at, id")
                        .map((row, context) -> lock(row))
                        .list());
    }

    /** Adds a lock; an operator's kill waits for no other write but the one that is under way. */
    public void add(Lock lock) {
        switch (lock.cause()) {
            case KILL -> store.writeNext(handle -> insert(handle, lock));
            case RELEASE -> store.write(handle -> insert(handle, lock));
        }
    }

    private static int insert(Handle handle, Lock lock) {
        return handle.createUpdate(
                        """
                        insert into locks
                        values (:id, :subject, :matched, :cause, :reason, :by, :at)
                        """)
                .bind("id", lock.id())
                .bind("subject", lock.subject().name())
                .bind("matched", lock.value())
                .bind("cause", lock.cause().name())
                .bind("reason", lock.reason())
                .bind("by", lock.by())
                .bind("at", lock.at().toEpochMilli())
                .execute();
    }

    /** Ids of the releases of grants that were over before {@code end}, or that are not known. */
    public List<String> spentReleases(Instant end) {
        return store.read(handle ->
                handle.createQuery(
                                """
                                select locks.id from locks
                                left join grants on grants.id = locks.matched
                                where locks.cause = 'RELEASE'
                                and (grants.id is null or grants.not_after < :end)
                                limit :limit
                                """)
                        .bind("end", end.toEpochMilli())
                        .bind("limit", MAX_LISTED)
                        .mapTo(String.class)
                        .list());
    }

    /** Removes locks, all or none. */
    public void remove(List<String> ids) {
        if (ids.isEmpty()) {
            return;
        }
        store.write(handle ->
                handle.createUpdate("delete from locks where id in (<ids>)")
                        .bindList("ids", ids)
                        .execute());
    }

    private static Lock lock(ResultSet row) throws SQLException {
        return new Lock(
                row.getString("id"),
                Lock.Subject.valueOf(row.getString("subject")),
                row.getString("matched"),
                Lock.Cause.valueOf(row.getString("cause")),
                row.getString("reason"),
                row.getString("author"),
                Instant.ofEpochMilli(row.getLong("placed_at")));
    }
}
