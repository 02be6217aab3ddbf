package dev.sallyport.proxy.db;

import dev.sallyport.proxy.db.wire.FrontendMessage;
import dev.sallyport.proxy.db.wire.StatementOrPortal;
import io.netty.buffer.ByteBuf;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/**
 * What the agent sends, one message after the other: names are kept, statements go to {@link
 * Statements}, and everything else is forwarded behind what was sent before it. Owned by the event
 * loop.
 *
 * <p>A message waits in the inbox while one before it is judged, held, or hangs on an answer of the
 * server; a full inbox is not read.
 */
final class AgentSide {
    private final DbBridge bridge;
    private final SessionState state;
    private final Statements statements;
    private final Outbox outbox;
    private final CopyMeter copied;
    private final Deque<FrontendMessage> inbox = new ArrayDeque<>();
    private long waiting;
    private boolean skipping;

    AgentSide(DbBridge bridge, SessionState state, Statements statements, Outbox outbox) {
        this.bridge = bridge;
        this.state = state;
        this.statements = statements;
        this.outbox = outbox;
        this.copied = new CopyMeter(bridge.tap(), "in");
    }

    /** A message has come. Takes it over. */
    void received(FrontendMessage message) {
        waiting += message.frame().readableBytes();
        inbox.add(message);
    }

    /** Goes on with what waits, as far as it can. */
    void pump() {
        while (!statements.isBusy() && bridge.isOpen() && !inbox.isEmpty() && isReady()) {
            FrontendMessage message = inbox.remove();
            waiting -= message.frame().readableBytes();
            take(message);
        }
        outbox.drain();
        bridge.readAgent(waiting < bridge.limits().inbox());
    }

    /** Releases what never went anywhere. */
    void close() {
        inbox.forEach(FrontendMessage::release);
        inbox.clear();
    }

    /** False while the next message hangs on an answer of the server. */
    private boolean isReady() {
        Names names = state.names();
        return switch (inbox.element()) {
            case FrontendMessage.Bind bind ->
                    !names.isUncertainStatement(bind.statement())
                            && !names.isUncertainPortal(bind.portal());
            case FrontendMessage.Describe(var frame, var kind, String name) ->
                    isCertain(kind, name);
            case FrontendMessage.Close(var frame, var kind, String name) -> isCertain(kind, name);
            case FrontendMessage.Execute execute -> !names.isUncertainPortal(execute.portal());
            case FrontendMessage.Parse parse ->
                    !names.isUncertainStatement(parse.statement())
                            && statements.isReady(parse.text());
            case FrontendMessage.Query query -> statements.isReady(query.text());
            case FrontendMessage.Sync _ -> true;
            case FrontendMessage.Flush _ -> true;
            case FrontendMessage.FunctionCall _ -> true;
            case FrontendMessage.CopyData _ -> true;
            case FrontendMessage.CopyDone _ -> true;
            case FrontendMessage.CopyFail _ -> true;
            case FrontendMessage.Terminate _ -> true;
            case FrontendMessage.PasswordMessage _ -> true;
            case FrontendMessage.SaslInitialResponse _ -> true;
            case FrontendMessage.SaslResponse _ -> true;
        };
    }

    private boolean isCertain(StatementOrPortal kind, String name) {
        return switch (kind) {
            case STATEMENT -> !state.names().isUncertainStatement(name);
            case PORTAL -> !state.names().isUncertainPortal(name);
        };
    }

    private void take(FrontendMessage message) {
        if (skipping && !(message instanceof FrontendMessage.Sync)) {
            message.release();
            return;
        }
        switch (message) {
            case FrontendMessage.Query query -> query(query);
            case FrontendMessage.Parse parse -> parse(parse);
            case FrontendMessage.Bind bind -> bind(bind);
            case FrontendMessage.Describe describe -> describe(describe);
            case FrontendMessage.Execute execute -> execute(execute);
            case FrontendMessage.Close close -> close(close);
            case FrontendMessage.Sync sync -> sync(sync);
            case FrontendMessage.Flush flush -> outbox.add(flush.frame(), () -> {});
            case FrontendMessage.FunctionCall call -> call(call);
            case FrontendMessage.CopyData data -> copyData(data);
            case FrontendMessage.CopyDone done -> copyEnd(done.frame());
            case FrontendMessage.CopyFail fail -> copyEnd(fail.frame());
            case FrontendMessage.Terminate terminate -> {
                terminate.release();
                bridge.agentLeft();
            }
            case FrontendMessage.PasswordMessage password -> violation(password);
            case FrontendMessage.SaslInitialResponse sasl -> violation(sasl);
            case FrontendMessage.SaslResponse sasl -> violation(sasl);
        }
    }

    private void violation(FrontendMessage message) {
        message.release();
        bridge.violated("a message that nobody asked for");
    }

    private boolean isOutOfPlace(FrontendMessage message) {
        if (!state.isCopyIn()) {
            return false;
        }
        violation(message);
        return true;
    }

    private void query(FrontendMessage.Query query) {
        if (!isOutOfPlace(query)) {
            statements.query(query.frame());
        }
    }

    private void parse(FrontendMessage.Parse parse) {
        if (isOutOfPlace(parse)) {
            return;
        }
        Optional<Prepared> prepared = statements.prepare(parse.parameterTypes());
        if (prepared.isEmpty()) {
            parse.release();
            skipping = true;
            return;
        }
        Names.Change change = state.names().prepare(parse.statement(), prepared.get());
        var expected = new Expected.Parse(prepared.get(), change);
        outbox.add(parse.frame(), () -> state.answers().expect(expected));
    }

    private void bind(FrontendMessage.Bind bind) {
        if (isOutOfPlace(bind)) {
            return;
        }
        Optional<Prepared> prepared = state.names().statement(bind.statement());
        if (prepared.isEmpty()) {
            refuseUnknown(bind, "this prepared statement is not known here");
            return;
        }
        var portal =
                new Portal(
                        prepared.get(),
                        Parameters.of(bind, prepared.get(), statements.parameterText()),
                        false);
        var expected = new Expected.Bind(state.names().bind(bind.portal(), portal));
        outbox.add(bind.frame(), () -> state.answers().expect(expected));
    }

    private void describe(FrontendMessage.Describe describe) {
        if (isOutOfPlace(describe)) {
            return;
        }
        boolean isPortal = describe.kind() == StatementOrPortal.PORTAL;
        var expected =
                new Expected.Describe(
                        describe.kind(),
                        isPortal ? Optional.empty() : state.names().statement(describe.name()),
                        isPortal ? state.names().portal(describe.name()) : Optional.empty(),
                        false);
        outbox.add(describe.frame(), () -> state.answers().expect(expected));
    }

    private void execute(FrontendMessage.Execute execute) {
        if (isOutOfPlace(execute)) {
            return;
        }
        Optional<Portal> portal = state.names().portal(execute.portal());
        if (portal.isEmpty()) {
            refuseUnknown(execute, "this portal is not known here");
            return;
        }
        statements.execute(execute.frame(), execute.portal(), portal.get());
    }

    private void close(FrontendMessage.Close close) {
        if (isOutOfPlace(close)) {
            return;
        }
        Names.Change change =
                switch (close.kind()) {
                    case STATEMENT -> state.names().deallocate(close.name());
                    case PORTAL -> state.names().close(close.name());
                };
        outbox.add(close.frame(), () -> state.answers().expect(new Expected.Close(change)));
    }

    private void call(FrontendMessage.FunctionCall call) {
        if (!isOutOfPlace(call)) {
            statements.call(call.frame(), call.function());
        }
    }

    private void sync(FrontendMessage.Sync sync) {
        skipping = false;
        if (state.isCopyIn()) {
            // The server ignores it there, and so nothing is expected.
            outbox.add(sync.frame(), () -> {});
            return;
        }
        state.names().endBatch();
        outbox.add(sync.frame(), () -> state.answers().expect(new Expected.Sync()));
    }

    private void copyData(FrontendMessage.CopyData data) {
        copied.passed(data.data(), data.first());
        outbox.add(data.frame(), () -> {});
    }

    private void copyEnd(ByteBuf frame) {
        state.copyIn(false);
        outbox.add(frame, copied.end(), () -> state.answers().expect(new Expected.CopyEnd()));
    }

    private void refuseUnknown(FrontendMessage message, String reason) {
        message.release();
        statements.refuseUnknown(reason);
    }

    /** What follows, up to the next Sync, is skipped as the server skips it. */
    void skip() {
        skipping = true;
    }
}
