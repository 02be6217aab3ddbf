package dev.sallyport.proxy.db;

import dev.sallyport.access.act.DbAct;
import dev.sallyport.proxy.db.wire.TransactionStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Where a session stands in its transaction, and what that has written. Owned by its event loop.
 */
final class Transaction {
    /** An approver reads no more; the count of the rest is shown. */
    private static final int MAX_SHOWN = 200;

    private final List<String> shown = new ArrayList<>();
    private final Set<String> tables = new TreeSet<>();
    private TransactionStatus status = TransactionStatus.IDLE;
    private boolean begun;
    private long rows;
    private long writes;

    /** The server has said where it stands. */
    void status(TransactionStatus now) {
        status = now;
        if (now == TransactionStatus.IDLE) {
            over();
        }
    }

    TransactionStatus status() {
        return status;
    }

    /** A BEGIN was sent. */
    void begin() {
        begun = true;
    }

    /** True when what runs next is inside a transaction block. */
    boolean isOpen() {
        return begun || status != TransactionStatus.IDLE;
    }

    /** A statement has written, by the server's own count. */
    void wrote(Plan plan, long count) {
        rows += count;
        writes++;
        for (DbAct act : plan.acts()) {
            if (act instanceof DbAct.Statement statement && !statement.operation().isRead()) {
                tables.addAll(statement.tables());
            }
        }
        if (shown.size() < MAX_SHOWN) {
            shown.add(count + " rows: " + plan.sql());
        }
    }

    boolean hasWritten() {
        return writes > 0;
    }

    /** Its end as an act, with all that it did. */
    DbAct.Commit commit() {
        String rest = writes > shown.size() ? "\nand " + (writes - shown.size()) + " more" : "";
        return new DbAct.Commit(
                rows,
                List.copyOf(tables),
                "commit of "
                        + rows
                        + " rows in "
                        + writes
                        + " statements\n"
                        + String.join("\n", shown)
                        + rest);
    }

    private void over() {
        shown.clear();
        tables.clear();
        begun = false;
        rows = 0;
        writes = 0;
    }
}
