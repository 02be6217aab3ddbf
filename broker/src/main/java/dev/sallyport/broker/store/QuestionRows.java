package dev.sallyport.broker.store;

import dev.sallyport.access.Agent;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** Questions to humans and their answers. */
public final class QuestionRows {
    /** Longest answer of a listing. */
    private static final int MAX_LISTED = 1000;

    private final Store store;

    public QuestionRows(Store store) {
        this.store = store;
    }

    public void add(Question question) {
        store.write(handle ->
                handle.createUpdate(
                                """
                                insert into questions values (:id, :kind, :state, :agent,
                                :owner, :run, :agentGroups, :intent, :grant, :session,
                                :shown, :hash, :needed, :groups, :askedAt, :expiresAt)
                                """)
                        .bind("id", question.id())
                        .bind("kind", question.kind().name())
                        .bind("state", question.state().name())
                        .bind("agent", question.agent().id())
                        .bind("owner", question.agent().owner())
                        .bind("run", question.agent().run())
                        .bind("agentGroups", Json.write(question.agent().groups()))
                        .bind("intent", question.intent())
                        .bind("grant", question.grant())
                        .bind("session", question.session())
                        .bind("shown", question.shown())
                        .bind("hash", question.hash())
                        .bind("needed", question.needed())
                        .bind("groups", Json.write(question.groups()))
                        .bind("askedAt", question.askedAt().toEpochMilli())
                        .bind("expiresAt", question.expiresAt().toEpochMilli())
                        .execute());
    }

    public Optional<Question> find(String id) {
        return store.read(handle ->
                handle.createQuery("select * from questions where id = :id")
                        .bind("id", id)
                        .map((row, context) -> question(handle, row))
                        .findOne());
    }

    /** Questions in state {@code OPEN}, oldest first, whether or not their time is over. */
    public List<Question> open() {
        return store.read(handle ->
                handle.createQuery(
                                """
                                select * from questions where state = 'OPEN'
                                order by asked_at, id limit :limit
                                """)
                        .bind("limit", MAX_LISTED)
                        .map((row, context) -> question(handle, row))
                        .list());
    }

    public int countOpen() {
        return store.read(handle ->
                handle.createQuery("select count(*) from questions where state = 'OPEN'")
                        .mapTo(Integer.class)
                        .one());
    }

    /** Adds a human's answer and moves the question to {@code next} in one transaction. */
    public void vote(String question, Question.Ballot ballot, Question.State next) {
        store.write(handle -> {
            handle.createUpdate(
                            """
                            insert into votes
                            values (:question, :approver, :vote, :comment, :hash, :at)
                            """)
                    .bind("question", question)
                    .bind("approver", ballot.approver())
                    .bind("vote", ballot.vote().name())
                    .bind("comment", ballot.comment())
                    .bind("hash", ballot.hash())
                    .bind("at", ballot.at().toEpochMilli())
                    .execute();
            return handle.createUpdate("update questions set state = :next where id = :id")
                    .bind("next", next.name())
                    .bind("id", question)
                    .execute();
        });
    }

    /** Compare-and-set of a question's state; true for the one caller who did it. */
    public boolean move(String id, Question.State from, Question.State to) {
        return store.write(handle ->
                handle.createUpdate(
                                        """
                                        update questions set state = :to
                                        where id = :id and state = :from
                                        """)
                                .bind("to", to.name())
                                .bind("from", from.name())
                                .bind("id", id)
                                .execute()
                        == 1);
    }

    private static Question question(Handle handle, ResultSet row) throws SQLException {
        return new Question(
                row.getString("id"),
                Question.Kind.valueOf(row.getString("kind")),
                Question.State.valueOf(row.getString("state")),
                new Agent(
                        row.getString("agent"),
                        row.getString("owner"),
                        row.getString("run"),
                        Json.readTexts(row.getString("agent_groups"))),
                row.getString("intent"),
                row.getString("grant_id"),
                row.getString("session_id"),
                row.getString("shown"),
                row.getString("shown_hash"),
                row.getInt("needed"),
                Json.readTexts(row.getString("approver_groups")),
                Instant.ofEpochMilli(row.getLong("asked_at")),
                Instant.ofEpochMilli(row.getLong("expires_at")),
                ballots(handle, row.getString("id")));
    }

    private static List<Question.Ballot> ballots(Handle handle, String question) {
        return handle.createQuery(
                        "select * from votes where question = :id order by voted_at, approver")
                .bind("id", question)
                .map((row, context) ->
                        new Question.Ballot(
                                row.getString("approver"),
                                Question.Vote.valueOf(row.getString("vote")),
                                row.getString("comment"),
                                row.getString("shown_hash"),
                                Instant.ofEpochMilli(row.getLong("voted_at"))))
                .list();
    }
}
