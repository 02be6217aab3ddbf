package dev.sallyport.proxy.db;

import java.util.List;
import java.util.Optional;

/**
 * What statements of SQL do to the names of a session, and what names they need. Owned by the event
 * loop.
 */
final class NameEffects {
    private final SessionState state;

    NameEffects(SessionState state) {
        this.state = state;
    }

    /** False while a name that {@code effect} uses hangs on an answer of the server. */
    boolean isCertain(Effect effect) {
        Names names = state.names();
        return switch (effect) {
            case Effect.Execute(String name) -> !names.isUncertainStatement(name);
            case Effect.Prepare prepare -> !names.isUncertainStatement(prepare.name());
            case Effect.Deallocate(String name) -> !names.isUncertainStatement(name);
            case Effect.Declare declare -> !names.isUncertainPortal(declare.name());
            case Effect.Fetch(String name) -> !names.isUncertainPortal(name);
            case Effect.ClosePortal(String name) -> !names.isUncertainPortal(name);
            case Effect.None _ -> true;
            case Effect.Begin _ -> true;
            case Effect.Commit _ -> true;
            case Effect.Rollback _ -> true;
        };
    }

    /** {@code EXECUTE s} wants what {@code s} wants, at this moment. */
    Plan resolved(Plan plan) {
        return plan.effect() instanceof Effect.Execute(String name)
                ? state.names()
                        .statement(name)
                        .flatMap(Prepared::plan)
                        .map(plan::executing)
                        .orElse(plan)
                : plan;
    }

    /** Why a statement's name makes no sense here; empty when it does. */
    Optional<String> unknownName(Plan plan) {
        if (plan.effect() instanceof Effect.Execute(String name)
                && state.names().statement(name).isEmpty()) {
            return Optional.of("this prepared statement is not known here");
        }
        if (plan.effect() instanceof Effect.Fetch(String name)
                && state.names().portal(name).isEmpty()) {
            return Optional.of("this cursor is not known here");
        }
        return Optional.empty();
    }

    /** What a statement does to the names of the session. */
    Optional<Names.Change> change(Plan plan, Execution execution) {
        Names names = state.names();
        return switch (plan.effect()) {
            case Effect.Prepare(String name, Plan inner) ->
                    Optional.of(names.prepare(name, new Prepared(Optional.of(inner), List.of())));
            case Effect.Deallocate(String name) ->
                    Optional.of(name.isEmpty() ? names.deallocateAll() : names.deallocate(name));
            case Effect.Declare(String name, boolean withHold, Plan inner) -> {
                var portal =
                        new Portal(
                                new Prepared(Optional.of(inner), List.of()), List.of(), withHold);
                if (execution.isUnmasked()) {
                    portal.unmask();
                }
                yield Optional.of(names.bind(name, portal));
            }
            case Effect.ClosePortal(String name) ->
                    Optional.of(name.isEmpty() ? names.closeAll() : names.close(name));
            case Effect.Begin _ -> {
                state.transaction().begin();
                yield Optional.empty();
            }
            case Effect.None _ -> Optional.empty();
            case Effect.Commit _ -> Optional.empty();
            case Effect.Rollback _ -> Optional.empty();
            case Effect.Execute _ -> Optional.empty();
            case Effect.Fetch _ -> Optional.empty();
        };
    }
}
