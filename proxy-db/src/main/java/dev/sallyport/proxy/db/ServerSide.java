package dev.sallyport.proxy.db;

import dev.sallyport.access.Refusal;
import dev.sallyport.proxy.db.wire.BackendMessage;
import dev.sallyport.proxy.db.wire.ErrorFields;
import dev.sallyport.proxy.db.wire.FrontendEncoder;
import dev.sallyport.proxy.db.wire.TransactionStatus;
import io.netty.buffer.ByteBuf;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the server answers, matched with what was sent: results are counted, masked and written
 * down, errors that stand for refusals become the refusals. Owned by the event loop.
 */
final class ServerSide {
    /**
     * Settings that decide what a text means. The parser here reads texts under these values and no
     * others; a server that reports another one is not spoken with any more.
     */
    private static final Map<String, String> PINNED =
            Map.of("standard_conforming_strings", "on", "client_encoding", "UTF8");

    private final DbBridge bridge;
    private final SessionState state;
    private final Answers answers;
    private final DbTap tap;
    private final Results results;
    private boolean rollsBack;

    ServerSide(DbBridge bridge, SessionState state, Results results) {
        this.bridge = bridge;
        this.state = state;
        this.answers = state.answers();
        this.tap = bridge.tap();
        this.results = results;
    }

    /** A message has come. Takes it over. */
    void received(BackendMessage message) {
        switch (message) {
            case BackendMessage.DataRow row -> results.row(row, current());
            case BackendMessage.CopyData data -> results.copyData(data, current());
            case BackendMessage.CommandComplete complete ->
                    completed(complete, complete.tag(), complete.rows().orElse(0));
            case BackendMessage.EmptyQueryResponse empty -> completed(empty, "", 0);
            case BackendMessage.PortalSuspended suspended -> completed(suspended, "suspended", 0);
            case BackendMessage.ReadyForQuery ready -> ready(ready);
            case BackendMessage.ErrorResponse error -> failed(error);
            case BackendMessage.RowDescription description -> described(description);
            case BackendMessage.NoData none -> endOfDescribe(none);
            case BackendMessage.ParameterDescription description -> parameters(description);
            case BackendMessage.ParseComplete done -> confirmed(done);
            case BackendMessage.BindComplete done -> confirmed(done);
            case BackendMessage.CloseComplete done -> confirmed(done);
            case BackendMessage.CopyInResponse copy -> copyIn(copy);
            case BackendMessage.CopyOutResponse copy -> bridge.toAgent(copy.frame());
            case BackendMessage.CopyDone done -> results.copyDone(done, current());
            case BackendMessage.FunctionCallResponse answer -> returned(answer);
            case BackendMessage.NoticeResponse notice -> bridge.toAgent(notice.frame());
            case BackendMessage.NotificationResponse notification -> notified(notification);
            case BackendMessage.ParameterStatus status -> reported(status);
            case BackendMessage.CopyBothResponse copy -> unasked(copy);
            case BackendMessage.BackendKeyData key -> unasked(key);
            case BackendMessage.NegotiateProtocolVersion version -> unasked(version);
            case BackendMessage.Authentication authentication -> unasked(authentication);
        }
    }

    private void unasked(BackendMessage message) {
        message.release();
        bridge.violated("the server answers what was not asked");
    }

    /** The statement whose answer this is. */
    private Optional<Execution> current() {
        return answers.current()
                .flatMap(head ->
                        switch (head) {
                            case Expected.Execute(Execution execution, var change) ->
                                    Optional.of(execution);
                            case Expected.Query query ->
                                    Optional.ofNullable(query.current())
                                            .map(Expected.Query.Part::execution);
                            case Expected.Call(Execution execution) -> Optional.of(execution);
                            case Expected.Parse _ -> Optional.empty();
                            case Expected.Bind _ -> Optional.empty();
                            case Expected.Describe _ -> Optional.empty();
                            case Expected.Close _ -> Optional.empty();
                            case Expected.Refused _ -> Optional.empty();
                            case Expected.Sync _ -> Optional.empty();
                            case Expected.OwnRollback _ -> Optional.empty();
                            case Expected.CopyEnd _ -> Optional.empty();
                        });
    }

    // ---- results

    private void completed(BackendMessage message, String tag, long rows) {
        Expected head = answers.current().orElse(null);
        if (head instanceof Expected.OwnRollback) {
            message.release();
            return;
        }
        Optional<Execution> execution = current();
        if (head == null || execution.isEmpty()) {
            if (head instanceof Expected.Query query && query.rest().isEmpty()) {
                bridge.toAgent(message.frame());
            } else {
                unasked(message);
            }
            return;
        }
        if (execution.get().over().isPresent()) {
            // The cancel came too late: what was cut off here is complete there.
            message.release();
            bridge.overBudget(execution.get().over().get());
            return;
        }
        tap.result(execution.get(), tag, System.nanoTime());
        execution
                .get()
                .plan()
                .filter(Plan::writes)
                .ifPresent(plan -> state.transaction().wrote(plan, rows));
        if (execution.get().plan().filter(Plan::defines).isPresent()) {
            bridge.acts().catalogueChanged();
        }
        state.copyIn(false);
        confirm(head);
        bridge.toAgent(message.frame());
    }

    private void confirm(Expected head) {
        switch (head) {
            case Expected.Execute(Execution execution, Optional<Names.Change> change) -> {
                answers.done();
                change.ifPresent(this::confirm);
            }
            case Expected.Query query -> {
                Expected.Query.Part part = query.current();
                query.next();
                if (part != null) {
                    part.change().ifPresent(this::confirm);
                }
            }
            case Expected.Call _ -> {}
            case Expected.Parse _ -> {}
            case Expected.Bind _ -> {}
            case Expected.Describe _ -> {}
            case Expected.Close _ -> {}
            case Expected.Refused _ -> {}
            case Expected.Sync _ -> {}
            case Expected.OwnRollback _ -> {}
            case Expected.CopyEnd _ -> {}
        }
    }

    private void confirm(Names.Change change) {
        if (!change.confirm()) {
            bridge.violated("a name means something else at the server");
        }
    }

    private void returned(BackendMessage.FunctionCallResponse answer) {
        Optional<Execution> execution = current();
        if (answers.current().orElse(null) instanceof Expected.Call && execution.isPresent()) {
            execution.get().passed(answer.frame().readableBytes());
            tap.result(execution.get(), "FUNCTION", System.nanoTime());
            bridge.toAgent(answer.frame());
        } else {
            unasked(answer);
        }
    }

    private void copyIn(BackendMessage.CopyInResponse copy) {
        int ignored = answers.copyInBegan();
        for (int i = 0; i < ignored; i++) {
            state.names().batchAnswered(false);
        }
        state.copyIn(!answers.hasCopyEnd());
        bridge.toAgent(copy.frame());
    }

    // ---- errors and ends

    private void failed(BackendMessage.ErrorResponse error) {
        ErrorFields fields = error.fields();
        state.copyIn(false);
        boolean isFatal = !fields.severity().equals("ERROR");
        Expected head = answers.current().orElse(null);
        switch (head) {
            case Expected.Refused(Refusal refusal, boolean simple, boolean rollback)
                    when !isFatal -> {
                error.release();
                refused(refusal, simple, rollback);
            }
            case null -> bridge.toAgent(error.frame());
            default -> {
                Optional<Refusal> over = current().flatMap(Execution::over);
                if (over.isPresent()) {
                    error.release();
                    bridge.tellAgent(DbRefusals.statement(over.get()));
                } else {
                    current().ifPresent(execution -> ended(execution, fields));
                    bridge.toAgent(error.frame());
                }
                afterError(head);
            }
        }
        if (isFatal) {
            bridge.serverLeaves();
        }
    }

    private void ended(Execution execution, ErrorFields fields) {
        tap.failed(execution, fields, System.nanoTime());
    }

    private void afterError(Expected head) {
        if (head instanceof Expected.Query query) {
            Expected.Query.Part failed = query.current();
            if (failed != null) {
                query.next();
                failed.change().ifPresent(change -> state.names().undo(List.of(change)));
            }
            answers.skipRest(query);
            query.end();
        } else if (head instanceof Expected.Execute(var execution, var change)) {
            answers.done();
            change.ifPresent(each -> state.names().undo(List.of(each)));
            answers.failed();
        } else if (!(head instanceof Expected.Call) && !(head instanceof Expected.Sync)) {
            answers.failed();
        }
    }

    private void refused(Refusal refusal, boolean simple, boolean rollback) {
        bridge.tellAgent(DbRefusals.statement(refusal));
        answers.done();
        rollsBack |= rollback;
        if (simple) {
            answers.expectFirst(new Expected.Sync());
        } else {
            answers.failed();
        }
    }

    private void ready(BackendMessage.ReadyForQuery ready) {
        Expected head = answers.current().orElse(null);
        boolean fits =
                head instanceof Expected.Sync
                        || head instanceof Expected.Query
                        || head instanceof Expected.Call
                        || head instanceof Expected.OwnRollback;
        if (!fits) {
            unasked(ready);
            return;
        }
        answers.done();
        state.transaction().status(ready.status());
        state.names().batchAnswered(ready.status() == TransactionStatus.IDLE);
        boolean rollBack = rollsBack && ready.status() != TransactionStatus.IDLE;
        rollsBack = false;
        if (rollBack) {
            ready.release();
            rollBack();
            return;
        }
        bridge.toAgent(ready.frame());
        bridge.pump();
    }

    /** A human said no to a commit: the transaction ends here and now, with its locks. */
    private void rollBack() {
        ByteBuf rollback = bridge.allocator().buffer();
        FrontendEncoder.query(rollback, "ROLLBACK");
        state.names().endBatch();
        answers.expectFirst(new Expected.OwnRollback());
        bridge.toServer(rollback);
    }

    // ---- descriptions

    private void described(BackendMessage.RowDescription description) {
        Expected head = answers.current().orElse(null);
        if (head instanceof Expected.Describe describe) {
            describe.prepared().ifPresent(each -> each.returns(description.columns()));
            describe.portal().ifPresent(each -> each.returns(description.columns()));
            endOfDescribe(description);
            return;
        }
        Optional<Execution> execution = current();
        if (execution.isEmpty()) {
            unasked(description);
            return;
        }
        execution.get().returns(description.columns());
        bridge.toAgent(description.frame());
    }

    private void endOfDescribe(BackendMessage message) {
        if (answers.current().orElse(null) instanceof Expected.Describe describe) {
            answers.done();
            if (describe.ours()) {
                message.release();
            } else {
                bridge.toAgent(message.frame());
            }
        } else {
            unasked(message);
        }
    }

    private void parameters(BackendMessage.ParameterDescription description) {
        if (answers.current().orElse(null) instanceof Expected.Describe describe) {
            describe.prepared().ifPresent(each -> each.described(description.types()));
            bridge.toAgent(description.frame());
        } else {
            unasked(description);
        }
    }

    private void confirmed(BackendMessage message) {
        Expected head = answers.current().orElse(null);
        Names.Change change =
                switch (head) {
                    case Expected.Parse parse
                            when message instanceof BackendMessage.ParseComplete ->
                            parse.change();
                    case Expected.Bind bind when message instanceof BackendMessage.BindComplete ->
                            bind.change();
                    case Expected.Close close
                            when message instanceof BackendMessage.CloseComplete ->
                            close.change();
                    case null, default -> null;
                };
        if (change == null) {
            unasked(message);
            return;
        }
        answers.done();
        confirm(change);
        bridge.toAgent(message.frame());
    }

    // ---- at any time

    private void notified(BackendMessage.NotificationResponse notification) {
        tap.notification(notification.channel(), notification.frame().readableBytes());
        bridge.toAgent(notification.frame());
    }

    private void reported(BackendMessage.ParameterStatus status) {
        String pinned = PINNED.get(status.name());
        if (pinned != null && !pinned.equals(status.value())) {
            status.release();
            bridge.violated("the server reads texts in another way");
            return;
        }
        bridge.toAgent(status.frame());
    }
}
