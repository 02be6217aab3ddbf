package dev.sallyport.broker.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Optional;

/** Access requests that wait, or waited, for humans. */
public final class RequestRows {
    private final Store store;

    public RequestRows(Store store) {
        this.store = store;
    }

    public void add(RequestRow request) {
        store.write(handle ->
                handle.createUpdate(
                                """
                                insert into requests values (:id, :state, :agent, :question,
                                :document, :askedAt, :expiresAt)
                                """)
                        .bind("id", request.id())
                        .bind("state", request.state().name())
                        .bind("agent", request.document().agent().id())
                        .bind("question", request.question())
                        .bind("document", Json.write(request.document()))
                        .bind("askedAt", request.askedAt().toEpochMilli())
                        .bind("expiresAt", request.expiresAt().toEpochMilli())
                        .execute());
    }

    public Optional<RequestRow> find(String id) {
        return store.read(handle ->
                handle.createQuery("select * from requests where id = :id")
                        .bind("id", id)
                        .map((row, context) -> request(row))
                        .findOne());
    }

    /** How many requests of {@code agent} wait at {@code now}. */
    public int pending(String agent, Instant now) {
        return store.read(handle ->
                handle.createQuery(
                                """
                                select count(*) from requests where agent = :agent
                                and state = 'PENDING' and expires_at > :now
                                """)
                        .bind("agent", agent)
                        .bind("now", now.toEpochMilli())
                        .mapTo(Integer.class)
                        .one());
    }

    /** Moves a request out of {@code PENDING}; true for the one caller who did it. */
    public boolean end(String id, RequestRow.State state) {
        return store.write(handle ->
                handle.createUpdate(
                                        """
                                        update requests set state = :state
                                        where id = :id and state = 'PENDING'
                                        """)
                                .bind("state", state.name())
                                .bind("id", id)
                                .execute()
                        == 1);
    }

    /** Forgets requests that nobody can collect any more. */
    public void sweep(Instant before) {
        store.write(handle ->
                handle.createUpdate("delete from requests where expires_at < :before")
                        .bind("before", before.toEpochMilli())
                        .execute());
    }

    private static RequestRow request(ResultSet row) throws SQLException {
        return new RequestRow(
                row.getString("id"),
                RequestRow.State.valueOf(row.getString("state")),
                row.getString("question"),
                Json.read(row.getString("document"), RequestRow.Document.class),
                Instant.ofEpochMilli(row.getLong("asked_at")),
                Instant.ofEpochMilli(row.getLong("expires_at")));
    }
}
