package dev.sallyport.proxy.db;

import dev.sallyport.access.Refusal;
import dev.sallyport.access.gate.Session;
import dev.sallyport.access.scope.Budget;
import dev.sallyport.proxy.db.wire.BackendMessage;
import io.netty.buffer.ByteBuf;
import java.util.Optional;

/**
 * Rows and copied data on their way to the agent: each is paid for before it passes, and classified
 * columns are taken out. The row after the last one is never sent. Owned by the event loop.
 */
final class Results {
    private final DbBridge bridge;
    private final Session session;
    private final ResultMask mask;
    private final CopyMeter copied;
    private final boolean countsRows;
    private final boolean countsBytes;

    Results(DbBridge bridge) {
        this.bridge = bridge;
        this.session = bridge.session();
        this.mask = new ResultMask(bridge);
        this.copied = new CopyMeter(bridge.tap(), "out");
        this.countsRows = session.limit(Budget.Unit.ROWS).isPresent();
        this.countsBytes = session.limit(Budget.Unit.BYTES).isPresent();
    }

    /** A row or a piece of one. Takes it over. */
    void row(BackendMessage.DataRow row, Optional<Execution> current) {
        if (current.isEmpty()) {
            row.release();
            bridge.violated("the server sends rows that nobody asked for");
            return;
        }
        Execution execution = current.get();
        if (execution.over().isPresent()) {
            row.release();
            return;
        }
        if (row.first()) {
            mask.begins(execution);
        }
        pay(
                execution,
                row.first() ? 1 : 0,
                row.frame().readableBytes(),
                row.frame(),
                () -> {
                    if (row.first()) {
                        execution.row();
                    }
                    execution.passed(row.frame().readableBytes());
                    bridge.toAgent(mask.applied(row, execution));
                });
    }

    /** A piece of a COPY OUT. Takes it over. */
    void copyData(BackendMessage.CopyData data, Optional<Execution> current) {
        if (current.isEmpty()) {
            data.release();
            bridge.violated("the server copies what nobody asked for");
            return;
        }
        Execution execution = current.get();
        if (execution.over().isPresent()) {
            data.release();
            return;
        }
        pay(
                execution,
                data.first() ? 1 : 0,
                data.frame().readableBytes(),
                data.frame(),
                () -> {
                    if (data.first()) {
                        execution.row();
                    }
                    execution.passed(data.frame().readableBytes());
                    copied.passed(data.data(), data.first());
                    bridge.toAgent(data.frame());
                });
    }

    /** The end of a COPY OUT. Takes it over. */
    void copyDone(BackendMessage.CopyDone done, Optional<Execution> current) {
        if (current.flatMap(Execution::over).isPresent()) {
            done.release();
            return;
        }
        copied.end();
        bridge.toAgent(done.frame());
    }

    private void pay(Execution execution, int rows, int bytes, ByteBuf frame, Runnable passes) {
        if (rows > 0 && countsRows && !session.spendHeld(Budget.Unit.ROWS, rows)) {
            wait(
                    execution,
                    Budget.Unit.ROWS,
                    rows,
                    frame,
                    () -> payBytes(execution, bytes, frame, passes));
            return;
        }
        payBytes(execution, bytes, frame, passes);
    }

    private void payBytes(Execution execution, int bytes, ByteBuf frame, Runnable passes) {
        if (countsBytes && !session.spendHeld(Budget.Unit.BYTES, bytes)) {
            wait(execution, Budget.Unit.BYTES, bytes, frame, passes);
            return;
        }
        passes.run();
    }

    /** This node holds too little: the broker is asked, and the server is not read meanwhile. */
    private void wait(
            Execution execution, Budget.Unit unit, long amount, ByteBuf frame, Runnable then) {
        bridge.pauseServer();
        bridge.spend(
                unit,
                amount,
                refusal -> {
                    if (refusal.isPresent()) {
                        frame.release();
                        over(execution, unit, refusal.get());
                    } else {
                        then.run();
                    }
                    bridge.resumeServer();
                });
    }

    private void over(Execution execution, Budget.Unit unit, Refusal refusal) {
        execution.over(refusal);
        bridge.tap().over(execution, unit.word(), refusal);
        bridge.cancelAtServer();
    }
}
