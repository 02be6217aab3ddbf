package dev.sallyport.proxy.db;

import dev.sallyport.proxy.db.wire.Column;
import java.util.List;

/** A prepared statement with its parameters, or a cursor of SQL. Owned by its event loop. */
final class Portal {
    private final Prepared prepared;
    private final List<Parameter> parameters;
    private List<Column> columns;
    private final boolean held;
    private boolean begun;
    private boolean unmasked;

    /**
     * @param held true for {@code DECLARE … WITH HOLD}: it outlives its transaction
     */
    Portal(Prepared prepared, List<Parameter> parameters, boolean held) {
        this.prepared = prepared;
        this.parameters = List.copyOf(parameters);
        this.columns = prepared.columns();
        this.held = held;
    }

    Prepared prepared() {
        return prepared;
    }

    List<Parameter> parameters() {
        return parameters;
    }

    /** The server has said what the rows are. */
    void returns(List<Column> known) {
        columns = List.copyOf(known);
    }

    List<Column> columns() {
        return columns;
    }

    /** True when the end of a transaction does not close it. */
    boolean isHeld() {
        return held;
    }

    /** Policy let the cursor run as it is: what is fetched from it passes unmasked. */
    void unmask() {
        unmasked = true;
    }

    boolean isUnmasked() {
        return unmasked;
    }

    /** True when it ran before: what comes now is the rest of its rows. */
    boolean hasBegun() {
        return begun;
    }

    void begin() {
        begun = true;
    }
}
