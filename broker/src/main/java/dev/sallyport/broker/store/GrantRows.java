package dev.sallyport.broker.store;

import dev.sallyport.access.Lock;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** Grants and the certificates that were signed for them. */
public final class GrantRows {
    /** Longest answer of a listing. */
    private static final int MAX_LISTED = 1000;

    private final Store store;

    public GrantRows(Store store) {
        this.store = store;
    }

    /** Adds a grant with its first certificates. */
    public void add(GrantRow grant, List<CertificateRow> certificates) {
        store.write(handle -> {
            handle.createUpdate(
                            """
                            insert into grants values (:id, :state, :agent, :owner, :run,
                            :intent, :encoded, :notBefore, :notAfter)
                            """)
                    .bind("id", grant.id())
                    .bind("state", grant.state().name())
                    .bind("agent", grant.agent())
                    .bind("owner", grant.owner())
                    .bind("run", grant.run())
                    .bind("intent", grant.intent())
                    .bind("encoded", grant.encoded())
                    .bind("notBefore", grant.notBefore().toEpochMilli())
                    .bind("notAfter", grant.notAfter().toEpochMilli())
                    .execute();
            certificates.forEach(certificate -> insert(handle, certificate));
            return certificates.size();
        });
    }

    /** Adds certificates to a grant that is still active; false (and nothing added) otherwise. */
    public boolean addCertificates(String grant, List<CertificateRow> certificates) {
        return store.write(handle -> {
            boolean active =
                    handle.createQuery(
                                    "select 1 from grants where id = :id" + " and state = 'ACTIVE'")
                            .bind("id", grant)
                            .mapTo(Integer.class)
                            .findOne()
                            .isPresent();
            if (active) {
                certificates.forEach(certificate -> insert(handle, certificate));
            }
            return active;
        });
    }

    private static void insert(Handle handle, CertificateRow certificate) {
        handle.createUpdate(
                        """
                        insert into certificates
                        values (:serial, :grant, :kind, :thumbprint, :notAfter)
                        """)
                .bind("serial", certificate.serial())
                .bind("grant", certificate.grant())
                .bind("kind", certificate.kind())
                .bind("thumbprint", certificate.thumbprint())
                .bind("notAfter", certificate.notAfter().toEpochMilli())
                .execute();
    }

    /** For which uses a key was certified under a grant, apart from proxies' own. */
    public List<String> kinds(String grant, String thumbprint) {
        return store.read(handle ->
                handle.createQuery(
                                """
                                select distinct kind from certificates
                                where grant_id = :grant and thumbprint = :thumbprint
                                and kind <> 'UPSTREAM' order by kind
                                """)
                        .bind("grant", grant)
                        .bind("thumbprint", thumbprint)
                        .mapTo(String.class)
                        .list());
    }

    public Optional<GrantRow> find(String id) {
        return store.read(handle ->
                handle.createQuery("select * from grants where id = :id")
                        .bind("id", id)
                        .map((row, context) -> grant(row))
                        .findOne());
    }

    /** Moves a grant out of {@code ACTIVE}; true for the one caller who did it. */
    public boolean end(String id, GrantRow.State state) {
        return store.write(handle ->
                handle.createUpdate(
                                        """
                                        update grants set state = :state
                                        where id = :id and state = 'ACTIVE'
                                        """)
                                .bind("state", state.name())
                                .bind("id", id)
                                .execute()
                        == 1);
    }

    /**
     * How many grants of an agent are not over.
     *
     * @param live of these, those that it can use
     * @param released of these, those that it handed back
     */
    public record Held(int live, int released) {}

    /** How many grants of {@code agent} are not over at {@code now}. */
    public Held held(String agent, Instant now) {
        return store.read(handle ->
                handle.createQuery(
                                """
                                select
                                count(case when state = 'ACTIVE' then 1 end) as live,
                                count(case when state = 'RELEASED' then 1 end) as released
                                from grants where agent = :agent and not_after > :now
                                """)
                        .bind("agent", agent)
                        .bind("now", now.toEpochMilli())
                        .map((row, context) -> new Held(row.getInt("live"), row.getInt("released")))
                        .one());
    }

    /** The newest grants that are not over at {@code now}; of {@code agent}, or of all if empty. */
    public List<GrantRow> live(String agent, Instant now) {
        return store.read(handle ->
                handle.createQuery(
                                """
                                select * from grants
                                where state = 'ACTIVE' and not_after > :now
                                and (:agent = '' or agent = :agent)
                                order by not_before desc, id desc limit :limit
                                """)
                        .bind("agent", agent)
                        .bind("now", now.toEpochMilli())
                        .bind("limit", MAX_LISTED)
                        .map((row, context) -> grant(row))
                        .list());
    }

    /**
     * How many grants that are not over at {@code now} a lock by agent, owner, run, grant or all
     * covers; none for a session and a target, which are in no column.
     */
    public int covered(Lock lock, Instant now) {
        String column =
                switch (lock.subject()) {
                    case AGENT -> "agent";
                    case OWNER -> "owner";
                    case RUN -> "run";
                    case GRANT -> "id";
                    case ALL -> "''";
                    case SESSION, TARGET -> "null";
                };
        return store.read(handle ->
                handle.createQuery(
                                "select count(*) from grants where state = 'ACTIVE'"
                                        + " and not_after > :now and :value = "
                                        + column)
                        .bind("now", now.toEpochMilli())
                        .bind("value", lock.value())
                        .mapTo(Integer.class)
                        .one());
    }

    /** Active grants whose time is over at {@code now}. */
    public List<GrantRow> overdue(Instant now) {
        return store.read(handle ->
                handle.createQuery(
                                """
                                select * from grants
                                where state = 'ACTIVE' and not_after <= :now
                                order by not_after limit :limit
                                """)
                        .bind("now", now.toEpochMilli())
                        .bind("limit", MAX_LISTED)
                        .map((row, context) -> grant(row))
                        .list());
    }

    private static GrantRow grant(ResultSet row) throws SQLException {
        return new GrantRow(
                row.getString("id"),
                GrantRow.State.valueOf(row.getString("state")),
                row.getString("agent"),
                row.getString("owner"),
                row.getString("run"),
                row.getString("intent"),
                row.getString("encoded"),
                Instant.ofEpochMilli(row.getLong("not_before")),
                Instant.ofEpochMilli(row.getLong("not_after")));
    }
}
