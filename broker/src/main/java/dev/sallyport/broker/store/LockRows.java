package dev.sallyport.broker.store;

import dev.sallyport.access.Lock;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;

/** The locks that exist. */
public final class LockRows {
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

    public void add(Lock lock) {
        store.write(handle ->
                handle.createUpdate(
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
                        .execute());
    }

    public void remove(String id) {
        store.write(handle ->
                handle.createUpdate("delete from locks where id = :id").bind("id", id).execute());
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
