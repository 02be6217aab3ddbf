package dev.sallyport.proxy.db;

import dev.sallyport.access.Refusal;
import dev.sallyport.proxy.db.wire.Column;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One statement that was sent to the server, until it is answered. Owned by its event loop. */
final class Execution {
    private final long number;
    private final Optional<Plan> plan;
    private final Optional<Portal> portal;
    private final boolean unmasked;
    private final long startNanos;
    private List<Column> columns;
    private long rows;
    private long bytes;
    private @Nullable Refusal over;

    /**
     * @param number of the statement within its session, from 1
     * @param plan empty for an empty statement
     * @param unmasked classified columns pass as they are, because policy let this statement, which
     *     names them, run as it is
     */
    Execution(
            long number,
            Optional<Plan> plan,
            Optional<Portal> portal,
            boolean unmasked,
            long startNanos) {
        this.number = number;
        this.plan = plan;
        this.portal = portal;
        this.unmasked = unmasked;
        this.startNanos = startNanos;
        this.columns = portal.map(Portal::columns).orElse(List.of());
    }

    long number() {
        return number;
    }

    Optional<Plan> plan() {
        return plan;
    }

    Optional<Portal> portal() {
        return portal;
    }

    /** True when classified columns pass as they are; those that nobody expected never do. */
    boolean isUnmasked() {
        return unmasked;
    }

    long startNanos() {
        return startNanos;
    }

    /** What the rows that follow are. */
    void returns(List<Column> known) {
        columns = List.copyOf(known);
        portal.ifPresent(each -> each.returns(known));
    }

    List<Column> columns() {
        return columns;
    }

    /** A row, or its like in a COPY, passed. */
    void row() {
        rows++;
    }

    void passed(long count) {
        bytes += count;
    }

    long rows() {
        return rows;
    }

    long bytes() {
        return bytes;
    }

    /** A budget is used up: nothing of this passes any more. */
    void over(Refusal why) {
        over = why;
    }

    Optional<Refusal> over() {
        return Optional.ofNullable(over);
    }
}
