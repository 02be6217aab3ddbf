package dev.sallyport.proxy.db;

import dev.sallyport.access.gate.Session;
import dev.sallyport.access.scope.DbScope;
import java.util.List;

/**
 * What both sides of one session share: names, transaction, and what the server still has to
 * answer. Owned by the session's event loop.
 */
final class SessionState {
    private final Session session;
    private final Names names;
    private final Transaction transaction = new Transaction();
    private final Answers answers;
    private final boolean reviewsCommits;
    private long statements;
    private boolean copyIn;

    SessionState(Session session, DbLimits limits, DbTap tap) {
        this.session = session;
        this.names = new Names(limits.names());
        this.answers = new Answers(names, tap, System::nanoTime);
        List<DbScope> scopes = session.scopes(DbScope.class);
        this.reviewsCommits = scopes.stream().anyMatch(DbScope::reviewCommit);
    }

    Session session() {
        return session;
    }

    Names names() {
        return names;
    }

    Transaction transaction() {
        return transaction;
    }

    /** What the server has to answer. */
    Answers answers() {
        return answers;
    }

    /** True when a human sees each transaction that wrote before it commits. */
    boolean reviewsCommits() {
        return reviewsCommits;
    }

    /** The next statement's number in the record. */
    long nextStatement() {
        return ++statements;
    }

    /** The server waits for CopyData. */
    boolean isCopyIn() {
        return copyIn;
    }

    void copyIn(boolean waits) {
        copyIn = waits;
    }
}
