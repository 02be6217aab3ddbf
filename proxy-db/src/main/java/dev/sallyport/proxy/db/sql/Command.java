package dev.sallyport.proxy.db.sql;

import java.util.List;

/**
 * What a statement is. Names are as PostgreSQL understands them: folded and without quotes. What
 * the command touches stands in the statement's {@link Operation}s.
 */
public sealed interface Command {
    /** A SELECT, VALUES or TABLE; it may still write, through WITH or INTO or a function. */
    record Select() implements Command {}

    /** INSERT. */
    record Insert() implements Command {}

    /** UPDATE. */
    record Update() implements Command {}

    /** DELETE. */
    record Delete() implements Command {}

    /** MERGE. */
    record Merge() implements Command {}

    /**
     * COPY.
     *
     * @param query whether it copies the rows of a query rather than of a table
     * @param place the file name or the shell command, else empty
     */
    record Copy(Direction direction, Endpoint endpoint, boolean query, String place)
            implements Command {
        /** Which way rows go. */
        public enum Direction {
            /** Into the database. */
            FROM,
            /** Out of it. */
            TO
        }

        /** Where the other end is. */
        public enum Endpoint {
            /** This connection: STDIN or STDOUT, whichever was written. */
            CLIENT,
            /** A file on the server. */
            FILE,
            /** A program that the server runs. */
            PROGRAM
        }
    }

    /**
     * DO.
     *
     * @param language empty when not given, which means plpgsql
     * @param body its source, which nobody has parsed
     */
    record Do(String language, String body) implements Command {}

    /** CALL; the procedure is among the functions. */
    record Call() implements Command {}

    /**
     * EXPLAIN.
     *
     * @param analyze whether the inner command is executed, or might be: true unless switched off
     *     where the option is named
     */
    record Explain(boolean analyze, Command inner) implements Command {}

    /** DECLARE … CURSOR. */
    record DeclareCursor(String name, boolean hold) implements Command {}

    /**
     * FETCH or MOVE.
     *
     * @param move whether rows are skipped rather than sent
     */
    record Fetch(String cursor, boolean move) implements Command {}

    /**
     * CLOSE.
     *
     * @param cursor empty for ALL
     */
    record Close(String cursor) implements Command {}

    /** PREPARE. */
    record Prepare(String name, Command inner) implements Command {}

    /**
     * EXECUTE, also as the source of CREATE TABLE AS.
     *
     * @param createsTable whether its rows make a table
     */
    record Execute(String name, boolean createsTable) implements Command {}

    /**
     * DEALLOCATE.
     *
     * @param name empty for ALL
     */
    record Deallocate(String name) implements Command {}

    /**
     * BEGIN, START TRANSACTION, COMMIT, END, ROLLBACK, ABORT and the savepoints.
     *
     * @param name the savepoint, or the identifier of a prepared transaction; else empty
     * @param modes isolation level and access mode as written, or {@code and chain}; else empty
     */
    record Transaction(Step step, String name, String modes) implements Command {
        /** What happens to the transaction. */
        public enum Step {
            BEGIN,
            COMMIT,
            ROLLBACK,
            SAVEPOINT,
            RELEASE,
            ROLLBACK_TO,
            PREPARE,
            COMMIT_PREPARED,
            ROLLBACK_PREPARED
        }
    }

    /**
     * SET TRANSACTION, SET SESSION CHARACTERISTICS AS TRANSACTION, SET TRANSACTION SNAPSHOT.
     *
     * @param session whether it is for all transactions to come
     */
    record SetTransaction(boolean session, String modes) implements Command {}

    /** SET CONSTRAINTS. */
    record SetConstraints() implements Command {}

    /**
     * SET.
     *
     * @param local whether it ends with the transaction
     */
    record Set(SettingUse setting, boolean local) implements Command {}

    /**
     * SET ROLE in any spelling, also {@code RESET role}.
     *
     * @param role empty when it is reset; {@code none} resets too
     */
    record SetRole(String role, boolean local) implements Command {}

    /**
     * SET SESSION AUTHORIZATION in any spelling, also RESET.
     *
     * @param role empty when it is reset
     */
    record SetSessionAuthorization(String role, boolean local) implements Command {}

    /** RESET; the setting's name is empty for ALL. */
    record Reset(SettingUse setting) implements Command {}

    /**
     * SHOW.
     *
     * @param name empty for ALL
     */
    record Show(String name) implements Command {}

    /** LISTEN. */
    record Listen(String channel) implements Command {}

    /**
     * UNLISTEN.
     *
     * @param channel empty for all
     */
    record Unlisten(String channel) implements Command {}

    /** NOTIFY. */
    record Notify(String channel, String payload) implements Command {}

    /**
     * LOCK TABLE.
     *
     * @param mode in lower case, such as {@code access exclusive}
     */
    record Lock(String mode, boolean noWait) implements Command {}

    /** TRUNCATE. */
    record Truncate() implements Command {}

    /**
     * DISCARD.
     *
     * @param what {@code all}, {@code plans}, {@code sequences} or {@code temp}
     */
    record Discard(String what) implements Command {}

    /** LOAD, which runs code in the server. */
    record Load(String file) implements Command {}

    /**
     * VACUUM, ANALYZE, CLUSTER, REINDEX, CHECKPOINT, REFRESH MATERIALIZED VIEW.
     *
     * @param word the first word, in lower case
     */
    record Maintain(String word) implements Command {}

    /** CREATE TABLE … AS, CREATE MATERIALIZED VIEW; its query is among the operations. */
    record CreateTableAs() implements Command {}

    /**
     * All that defines, changes or drops something, or rights on it.
     *
     * @param nonterminal the grammar's name of the statement, such as {@code CreateFunctionStmt}
     * @param object what kind of thing, in lower case, such as {@code materialized view}; as far as
     *     the first words tell it
     * @param bodies strings that will be executed later: function bodies in any language
     */
    record Definition(Verb verb, String nonterminal, String object, List<String> bodies)
            implements Command {
        /** What is done to the definition. */
        public enum Verb {
            CREATE,
            ALTER,
            DROP,
            GRANT,
            REVOKE,
            COMMENT,
            SECURITY_LABEL,
            IMPORT,
            REASSIGN
        }

        public Definition {
            bodies = List.copyOf(bodies);
        }
    }
}
