package dev.sallyport.proxy.db;

import dev.sallyport.access.Refusal;
import dev.sallyport.access.act.DbAct;
import dev.sallyport.access.gate.Ruling;
import dev.sallyport.access.gate.Session;
import dev.sallyport.access.gate.SessionGate;
import dev.sallyport.access.port.UnrecordableException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes the acts of one session to the gate: all of a text's acts, or none. Thread-safe. */
final class ActDoor {
    private static final Logger LOGGER = LoggerFactory.getLogger(ActDoor.class);

    private final Session session;
    private final SessionGate gate;
    private final DbTap tap;

    ActDoor(Session session, SessionGate gate, DbTap tap) {
        this.session = session;
        this.gate = gate;
        this.tap = tap;
    }

    /** What became of a text's acts. */
    sealed interface Answer {
        /**
         * All of them may happen, once they are written down.
         *
         * @param masked only with classified values taken out of the result
         */
        record Allowed(List<String> rules, boolean masked) implements Answer {
            public Allowed {
                rules = List.copyOf(rules);
            }
        }

        /** One of them may not, so none does. */
        record Refused(DbAct act, Refusal refusal) implements Answer {}

        /** Some of them wait for humans; the others may happen. */
        record Waits(List<Ruling.Hold> holds, Allowed others) implements Answer {
            public Waits {
                holds = List.copyOf(holds);
            }
        }
    }

    /** The gate's word on {@code acts}; never waits for anyone. */
    Answer judge(List<DbAct> acts) {
        Set<String> rules = new LinkedHashSet<>();
        List<Ruling.Hold> holds = new ArrayList<>();
        boolean masked = false;
        for (DbAct act : acts) {
            switch (gate.judge(session, act)) {
                case Ruling.Allow allow -> rules.addAll(allow.rules());
                case Ruling.Mask mask -> {
                    rules.addAll(mask.rules());
                    masked = true;
                }
                case Ruling.Hold hold -> holds.add(hold);
                case Ruling.Deny deny -> {
                    return new Answer.Refused(act, deny.refusal());
                }
            }
        }
        var allowed = new Answer.Allowed(List.copyOf(rules), masked);
        return holds.isEmpty() ? allowed : new Answer.Waits(holds, allowed);
    }

    /**
     * Asks humans about all that waits, one after the other, on a thread that is interrupted to
     * withdraw the question.
     *
     * @param then gets what came out, on that thread
     */
    Thread await(Answer.Waits waits, Consumer<Answer> then) {
        return Thread.ofVirtual().name("db-hold").start(() -> then.accept(settle(waits)));
    }

    private Answer settle(Answer.Waits waits) {
        Set<String> rules = new LinkedHashSet<>(waits.others().rules());
        for (Ruling.Hold hold : waits.holds()) {
            DbAct act = (DbAct) hold.act();
            try {
                tap.held(act, hold.rules()).get();
                switch (gate.await(session, hold)) {
                    case Ruling.Allow allow -> {
                        tap.released(act, allow.rules()).get();
                        rules.addAll(allow.rules());
                    }
                    case Ruling.Deny deny -> {
                        return new Answer.Refused(act, deny.refusal());
                    }
                    case Ruling.Mask mask -> {
                        return refused(act, "policy", "policy has changed its mind");
                    }
                    case Ruling.Hold more -> {
                        return refused(act, "policy", "more approvals are needed than were asked");
                    }
                }
            } catch (ExecutionException | UnrecordableException e) {
                return new Answer.Refused(act, DbRefusals.unrecordable(session));
            } catch (InterruptedException e) {
                return refused(act, "withdrawn", "the statement was cancelled while it was held");
            } catch (RuntimeException e) {
                // The thread's edge: whatever failed, the act does not happen.
                LOGGER.atError()
                        .addKeyValue("session", session.id())
                        .addKeyValue("problem", e.getClass().getName())
                        .log("an act could not be judged");
                return refused(act, "error", "the act could not be judged");
            }
        }
        return new Answer.Allowed(List.copyOf(rules), waits.others().masked());
    }

    private Answer refused(DbAct act, String rule, String reason) {
        return new Answer.Refused(act, deny(rule, reason));
    }

    /** A refusal of this session. */
    Refusal deny(String rule, String reason) {
        return Refusal.deny(rule, reason).in(session.id(), session.grant().grant().id());
    }
}
