package dev.sallyport.access.act;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** What a statement does, as scopes and policies name it. The list is closed. */
public enum DbOperation {
    SELECT,
    INSERT,
    UPDATE,
    DELETE,
    MERGE,
    /** {@code COPY … TO STDOUT}: rows leave in bulk. */
    COPY_TO,
    /** {@code COPY … FROM STDIN}. */
    COPY_FROM,
    /** {@code LOCK TABLE} and {@code SELECT … FOR UPDATE} and its kin. */
    LOCK,
    TRUNCATE,
    CREATE,
    ALTER,
    DROP,
    /** {@code GRANT}, {@code REVOKE}, {@code REASSIGN OWNED} and default privileges. */
    GRANT,
    COMMENT,
    /** {@code CALL} of a procedure. */
    CALL,
    /** {@code DO}: code that nobody can see into. */
    DO,
    LISTEN,
    NOTIFY,
    /** {@code VACUUM}, {@code ANALYZE}, {@code CLUSTER}, {@code REINDEX}, {@code REFRESH}. */
    MAINTAIN,
    /** Server files and programs: {@code COPY … PROGRAM}, {@code COPY} of a file, {@code LOAD}. */
    SERVER,
    /** {@code SET ROLE} and {@code SET SESSION AUTHORIZATION}. */
    BECOME,
    /** {@code PREPARE TRANSACTION} and its ends: a transaction that outlives its session. */
    TWO_PHASE;

    /** The word of scopes and, after {@code db:}, of policies: {@code copy-to}. */
    public String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** True when nothing is changed by it. */
    public boolean isRead() {
        return this == SELECT || this == COPY_TO;
    }

    /** The operation of a word. */
    public static Optional<DbOperation> of(String word) {
        return Arrays.stream(values()).filter(each -> each.word().equals(word)).findFirst();
    }
}
