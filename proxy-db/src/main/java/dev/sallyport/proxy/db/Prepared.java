package dev.sallyport.proxy.db;

import dev.sallyport.proxy.db.wire.Column;
import java.util.List;
import java.util.Optional;

/**
 * A prepared statement of one session. Owned by its event loop.
 *
 * <p>Its text was understood once; whether it may run is decided at each execution, from these
 * facts and the state of that moment.
 */
final class Prepared {
    private final Optional<Plan> plan;
    private List<Long> types;
    private List<Column> columns = List.of();

    /**
     * @param plan empty for an empty text
     * @param types OIDs of the parameters as far as they are known; 0 where they are not
     */
    Prepared(Optional<Plan> plan, List<Long> types) {
        this.plan = plan;
        this.types = List.copyOf(types);
    }

    Optional<Plan> plan() {
        return plan;
    }

    /** The OID of parameter {@code index}; 0 when it is not known. */
    long type(int index) {
        return index < types.size() ? types.get(index) : 0;
    }

    /** The server has said what the parameters are. */
    void described(List<Long> known) {
        types = List.copyOf(known);
    }

    /** The server has said what the result is. */
    void returns(List<Column> known) {
        columns = List.copyOf(known);
    }

    /** The columns of the result as far as the server was asked. */
    List<Column> columns() {
        return columns;
    }
}
