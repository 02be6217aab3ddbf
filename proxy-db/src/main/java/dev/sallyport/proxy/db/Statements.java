package dev.sallyport.proxy.db;

import dev.sallyport.access.Refusal;
import dev.sallyport.access.act.DbAct;
import dev.sallyport.access.scope.Budget;
import dev.sallyport.proxy.db.value.ParameterText;
import dev.sallyport.proxy.db.wire.FrontendEncoder;
import dev.sallyport.proxy.db.wire.StatementOrPortal;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The way of everything that runs statements: understood → judged → (held) → paid for → written
 * down → forwarded, or refused in the place where the server would have failed it. Owned by the
 * event loop; what has to wait for others waits on a virtual thread and comes back.
 */
final class Statements {
    /** No statement begins with an operator: the server's parser fails it and nothing else. */
    private static final String NO_STATEMENT = "!sallyport";

    private final DbBridge bridge;
    private final SessionState state;
    private final DbActs acts;
    private final ActDoor door;
    private final DbTap tap;
    private final Outbox outbox;
    private final CommitReview review;
    private final NameEffects effects;
    private DbActs.Reading reading = new DbActs.Reading.Understood(List.of());
    private boolean busy;
    private @Nullable Thread held;

    Statements(DbBridge bridge, SessionState state, DbActs acts, ActDoor door, Outbox outbox) {
        this.bridge = bridge;
        this.state = state;
        this.acts = acts;
        this.door = door;
        this.tap = bridge.tap();
        this.outbox = outbox;
        this.review = new CommitReview(state);
        this.effects = new NameEffects(state);
    }

    /** Reads parameters with the types of this target. */
    ParameterText parameterText() {
        return acts.parameterText();
    }

    /** True while a statement waits for somebody: what comes behind it waits as well. */
    boolean isBusy() {
        return busy;
    }

    /** Withdraws the question to humans; false when none is asked. */
    boolean withdraw() {
        Thread asking = held;
        if (asking == null) {
            return false;
        }
        asking.interrupt();
        return true;
    }

    // ---- messages

    /**
     * Reads the text of the next message; false while what it means hangs on an answer of the
     * server or on the catalogue.
     */
    boolean isReady(String text) {
        reading = acts.read(text);
        return switch (reading) {
            case DbActs.Reading.Unreadable _ -> true;
            case DbActs.Reading.Understood(List<Plan> plans) ->
                    plans.stream().allMatch(plan -> effects.isCertain(plan.effect()));
            case DbActs.Reading.Later(var catalogue) -> {
                catalogue.whenComplete((read, failure) -> bridge.onLoop(bridge::pump));
                yield false;
            }
        };
    }

    /** A Query whose text {@link #isReady} has read. Takes {@code frame} over. */
    void query(ByteBuf frame) {
        switch (reading) {
            case DbActs.Reading.Later _ -> throw new IllegalStateException("the text is not ready");
            case DbActs.Reading.Unreadable(DbAct act) ->
                    refuse(Request.Kind.QUERY, frame, act, DbActs.notUnderstood(bridge.session()));
            case DbActs.Reading.Understood(List<Plan> plans) ->
                    ask(new Request(Request.Kind.QUERY, frame, plans, List.of(), Optional.empty()));
        }
    }

    /**
     * The statement of a Parse, whose text {@link #isReady} has read. What can never run is refused
     * here already, so that an agent learns it early; what runs is decided at each Execute.
     *
     * @return empty when it was refused
     */
    Optional<Prepared> prepare(List<Long> types) {
        if (state.names().isFull()) {
            refuseUnknown("too many prepared statements and portals");
            return Optional.empty();
        }
        switch (reading) {
            case DbActs.Reading.Later _ -> throw new IllegalStateException("the text is not ready");
            case DbActs.Reading.Unreadable(DbAct act) -> {
                refuseInPlace(act, DbActs.notUnderstood(bridge.session()));
                return Optional.empty();
            }
            case DbActs.Reading.Understood(List<Plan> plans) -> {
                if (plans.size() > 1) {
                    refuseUnknown("a prepared statement is one statement");
                    return Optional.empty();
                }
                List<DbAct> wanted = plans.isEmpty() ? List.of() : plans.getFirst().acts();
                if (door.judge(wanted) instanceof ActDoor.Answer.Refused(DbAct act, Refusal why)) {
                    refuseInPlace(act, why);
                    return Optional.empty();
                }
                return Optional.of(new Prepared(plans.stream().findFirst(), types));
            }
        }
    }

    /** An Execute. Takes {@code frame} over. */
    void execute(ByteBuf frame, String name, Portal portal) {
        List<Plan> plans = portal.prepared().plan().stream().toList();
        if (plans.stream().anyMatch(Plan::touchesClasses) && portal.columns().isEmpty()) {
            // What comes is known before it comes: rows carry no names.
            ByteBuf describe = frame.alloc().buffer();
            FrontendEncoder.describe(describe, StatementOrPortal.PORTAL, name);
            var expected =
                    new Expected.Describe(
                            StatementOrPortal.PORTAL, Optional.empty(), Optional.of(portal), true);
            outbox.add(describe, () -> state.answers().expect(expected));
        }
        ask(
                new Request(
                        Request.Kind.EXECUTE,
                        frame,
                        plans,
                        portal.parameters(),
                        Optional.of(portal)));
    }

    /** A FunctionCall. Takes {@code frame} over. */
    void call(ByteBuf frame, long function) {
        ask(
                new Request(
                        Request.Kind.CALL,
                        frame,
                        List.of(acts.call(function)),
                        List.of(),
                        Optional.empty()));
    }

    /** Something that this session cannot mean. */
    void refuseUnknown(String reason) {
        refuseInPlace(new DbAct.Unknown("protocol", reason), door.deny("protocol", reason));
    }

    // ---- the way

    private void ask(Request original) {
        Request request = original.with(original.plans().stream().map(effects::resolved).toList());
        List<DbAct> wanted = new ArrayList<>(request.acts());
        if (request.plans().stream().anyMatch(plan -> plan.effect() instanceof Effect.Commit)) {
            wanted.addAll(review.commit());
        }
        Optional<String> against =
                request.plans().stream()
                        .flatMap(plan -> effects.unknownName(plan).stream())
                        .findFirst()
                        .or(() -> review.against(request.plans()));
        if (against.isPresent()) {
            DbAct act = wanted.isEmpty() ? new DbAct.Unknown("", "") : wanted.getFirst();
            refuse(request.kind(), request.frame(), act, door.deny("session", against.get()));
            return;
        }
        settle(request, wanted, door.judge(wanted));
    }

    private void settle(Request request, List<DbAct> wanted, ActDoor.Answer answer) {
        switch (answer) {
            case ActDoor.Answer.Allowed allowed -> pay(request, wanted, allowed);
            case ActDoor.Answer.Refused(DbAct act, Refusal refusal) ->
                    refuse(request.kind(), request.frame(), act, refusal);
            case ActDoor.Answer.Waits waits -> hold(request, wanted, waits);
        }
    }

    private void hold(Request request, List<DbAct> wanted, ActDoor.Answer.Waits waits) {
        busy = true;
        bridge.tellHeld(waits.holds());
        held =
                door.await(
                        waits,
                        answer ->
                                bridge.onLoop(() -> {
                                    held = null;
                                    busy = false;
                                    settle(request, wanted, answer);
                                    bridge.pump();
                                }));
    }

    private void pay(Request request, List<DbAct> wanted, ActDoor.Answer.Allowed allowed) {
        if (allowed.masked() && !request.plans().stream().allMatch(Statements::canBeMasked)) {
            refuse(
                    request.kind(),
                    request.frame(),
                    wanted.getFirst(),
                    door.deny(
                            "mask",
                            "classified columns can only be masked where they are plain columns"
                                    + " of the result"));
            return;
        }
        int count = request.plans().size();
        if (bridge.session().spendHeld(Budget.Unit.STATEMENTS, count)) {
            send(request, allowed);
            return;
        }
        busy = true;
        bridge.spend(
                Budget.Unit.STATEMENTS,
                count,
                refusal -> {
                    busy = false;
                    refusal.ifPresentOrElse(
                            why -> refuse(request.kind(), request.frame(), wanted.getFirst(), why),
                            () -> send(request, allowed));
                    bridge.pump();
                });
    }

    private static boolean canBeMasked(Plan plan) {
        return plan.maskable() || !plan.touchesClasses();
    }

    private void send(Request request, ActDoor.Answer.Allowed allowed) {
        var parts = new ArrayList<Expected.Query.Part>();
        var durable = new ArrayList<CompletableFuture<Void>>();
        for (Plan plan : request.plans()) {
            var execution =
                    new Execution(
                            state.nextStatement(),
                            Optional.of(plan),
                            request.portal(),
                            isUnmasked(plan, request.portal(), allowed),
                            System.nanoTime());
            durable.add(
                    tap.statement(
                            execution,
                            plan,
                            request.parameters(),
                            state.transaction().status(),
                            allowed));
            parts.add(new Expected.Query.Part(execution, effects.change(plan, execution)));
        }
        request.portal().ifPresent(Portal::begin);
        forward(request, parts, durable);
    }

    private boolean isUnmasked(Plan plan, Optional<Portal> portal, ActDoor.Answer.Allowed allowed) {
        if (plan.effect() instanceof Effect.Fetch(String name)) {
            return state.names().portal(name).map(Portal::isUnmasked).orElse(false);
        }
        boolean unmasked = !allowed.masked() && plan.touchesClasses();
        if (unmasked) {
            portal.ifPresent(Portal::unmask);
        }
        return unmasked;
    }

    private void forward(
            Request request,
            List<Expected.Query.Part> parts,
            List<CompletableFuture<Void>> durable) {
        CompletableFuture<Void> all =
                durable.size() == 1
                        ? durable.getFirst()
                        : CompletableFuture.allOf(durable.toArray(CompletableFuture<?>[]::new));
        Expected expected =
                switch (request.kind()) {
                    case QUERY -> new Expected.Query(parts);
                    case EXECUTE ->
                            parts.isEmpty()
                                    ? new Expected.Execute(nothing(), Optional.empty())
                                    : new Expected.Execute(
                                            parts.getFirst().execution(),
                                            parts.getFirst().change());
                    case CALL -> new Expected.Call(parts.getFirst().execution());
                };
        if (request.kind() != Request.Kind.EXECUTE) {
            state.names().endBatch();
        }
        outbox.add(request.frame(), all, () -> state.answers().expect(expected));
    }

    private Execution nothing() {
        return new Execution(0, Optional.empty(), Optional.empty(), false, System.nanoTime());
    }

    // ---- refusing

    private void refuse(Request.Kind kind, ByteBuf frame, DbAct act, Refusal refusal) {
        frame.release();
        if (kind == Request.Kind.EXECUTE) {
            refuseInPlace(act, refusal);
        } else {
            // A FunctionCall is answered like a Query: one error, then ReadyForQuery.
            refuse(act, refusal, true);
        }
    }

    /** Refuses a message of the extended protocol: what follows is skipped up to the Sync. */
    private void refuseInPlace(DbAct act, Refusal refusal) {
        bridge.skipToSync();
        refuse(act, refusal, false);
    }

    private void refuse(DbAct act, Refusal refusal, boolean simple) {
        CompletableFuture<Void> recorded = tap.denied(act, refusal);
        ByteBuf stand = bridge.allocator().buffer();
        if (simple) {
            FrontendEncoder.query(stand, NO_STATEMENT);
            state.names().endBatch();
        } else {
            FrontendEncoder.parse(stand, "", NO_STATEMENT, List.of());
        }
        boolean thenRollback = act instanceof DbAct.Commit;
        var expected = new Expected.Refused(refusal, simple, thenRollback);
        outbox.add(stand, recorded, () -> state.answers().expect(expected));
        outbox.drain();
    }
}
