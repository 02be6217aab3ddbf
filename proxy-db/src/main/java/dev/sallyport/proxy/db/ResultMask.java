package dev.sallyport.proxy.db;

import dev.sallyport.proxy.db.wire.BackendMessage;
import dev.sallyport.proxy.db.wire.Column;
import dev.sallyport.proxy.db.wire.DataRowWriter;
import dev.sallyport.proxy.db.wire.Values;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Takes the values of classified columns out of rows. Which columns they are is known by
 * provenance: the table and attribute that the server names in RowDescription. Owned by the event
 * loop.
 */
final class ResultMask {
    /**
     * The two formats of these are the same bytes: {@code bpchar}, {@code text}, {@code varchar},
     * {@code name}, {@code "char"}.
     */
    private static final Set<Long> TEXTS = Set.of(1042L, 25L, 1043L, 19L);

    private static final byte[] MASKED = "***".getBytes(StandardCharsets.UTF_8);

    private final DbBridge bridge;
    private @Nullable Execution at;
    private BitSet masked = new BitSet();
    private BitSet visible = new BitSet();

    ResultMask(DbBridge bridge) {
        this.bridge = bridge;
    }

    /** Looks at the columns of a result, once. */
    void begins(Execution execution) {
        if (at == execution) {
            return;
        }
        at = execution;
        masked = new BitSet();
        visible = new BitSet();
        if (execution.isUnmasked()) {
            return;
        }
        List<Column> columns = execution.columns();
        var names = new ArrayList<String>();
        for (int i = 0; i < columns.size(); i++) {
            Column column = columns.get(i);
            if (bridge.acts().isClassified(column.tableOid(), column.attributeNumber())) {
                masked.set(i);
                visible.set(i, TEXTS.contains(column.typeOid()));
                names.add(column.name());
            }
        }
        if (!names.isEmpty()) {
            bridge.tap().masked(execution, names);
        }
    }

    /** The row as it may pass. Takes it over. */
    ByteBuf applied(BackendMessage.DataRow row, Execution execution) {
        if (masked.isEmpty()) {
            return row.frame();
        }
        try {
            Values values = row.values();
            ByteBuf out = bridge.allocator().buffer(row.frame().readableBytes());
            var writer = new DataRowWriter(out, values.count());
            for (int i = 0; i < values.count(); i++) {
                if (!masked.get(i)) {
                    writer.copy(values, i);
                } else if (visible.get(i) && !values.isNull(i)) {
                    writer.value(MASKED);
                } else {
                    writer.nothing();
                }
            }
            writer.end();
            return out;
        } finally {
            row.release();
        }
    }
}
