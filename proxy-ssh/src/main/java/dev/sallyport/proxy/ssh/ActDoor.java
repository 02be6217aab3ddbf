package dev.sallyport.proxy.ssh;

import dev.sallyport.access.Refusal;
import dev.sallyport.access.act.SshAct;
import dev.sallyport.access.gate.Ruling;
import dev.sallyport.access.gate.Session;
import dev.sallyport.access.gate.SessionGate;
import dev.sallyport.access.port.SessionEnd;
import dev.sallyport.access.port.UnrecordableException;
import dev.sallyport.access.scope.Budget;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes each act of one session to the gate and to the record, in this order, on a virtual thread:
 * what it lets through is allowed <em>and</em> durably written down.
 */
final class ActDoor {
    private static final Logger LOGGER = LoggerFactory.getLogger(ActDoor.class);

    private final Session session;
    private final SessionGate gate;
    private final SshTap tap;

    ActDoor(Session session, SessionGate gate, SshTap tap) {
        this.session = session;
        this.gate = gate;
        this.tap = tap;
    }

    /** An act on its way. */
    static final class Passage {
        private final CompletableFuture<Optional<Refusal>> answer = new CompletableFuture<>();
        private final Thread thread;

        private Passage(Consumer<Passage> task) {
            this.thread = Thread.ofVirtual().name("ssh-act").unstarted(() -> task.accept(this));
        }

        /** Empty when the act may happen now, else why not. */
        CompletableFuture<Optional<Refusal>> answer() {
            return answer;
        }

        /** Nobody waits any more: a question to humans is withdrawn. */
        void cancel() {
            thread.interrupt();
        }
    }

    /**
     * Asks for {@code act}.
     *
     * @param channel the channel's number, for the record
     * @param held is told when the act has to wait for a human
     */
    Passage ask(int channel, SshAct act, Consumer<Refusal> held) {
        var passage = new Passage(self -> self.answer.complete(decide(channel, act, held)));
        passage.thread.start();
        return passage;
    }

    private Optional<Refusal> decide(int channel, SshAct act, Consumer<Refusal> held) {
        try {
            return settle(channel, act, gate.judge(session, act), held);
        } catch (UnrecordableException e) {
            return unrecordable();
        } catch (ExecutionException e) {
            return unrecordable();
        } catch (InterruptedException e) {
            return Optional.of(deny("withdrawn", "the client has gone"));
        } catch (RuntimeException e) {
            // The thread's edge: whatever failed, the act does not happen.
            LOGGER.atError()
                    .addKeyValue("session", session.id())
                    .addKeyValue("problem", e.getClass().getName())
                    .log("an act could not be judged");
            return Optional.of(deny("error", "the act could not be judged"));
        }
    }

    private Optional<Refusal> settle(int channel, SshAct act, Ruling ruling, Consumer<Refusal> held)
            throws ExecutionException, InterruptedException {
        return switch (ruling) {
            case Ruling.Allow allow -> allowed(channel, act, allow);
            case Ruling.Mask mask ->
                    denied(channel, act, deny("mask", "nothing can be masked in SSH"));
            case Ruling.Deny(Refusal refusal) -> denied(channel, act, refusal);
            case Ruling.Hold hold -> held(channel, act, hold, held);
        };
    }

    private Optional<Refusal> held(
            int channel, SshAct act, Ruling.Hold hold, Consumer<Refusal> held)
            throws ExecutionException, InterruptedException {
        tap.held(channel, act, hold.rules()).get();
        held.accept(
                new Refusal(
                        Refusal.Verdict.HELD,
                        hold.rules().isEmpty() ? "policy" : hold.rules().getFirst(),
                        "waiting for " + hold.request().approvals() + " approval(s)",
                        session.id(),
                        session.grant().grant().id(),
                        "",
                        0));
        Ruling after = gate.await(session, hold);
        if (after instanceof Ruling.Allow allow) {
            tap.released(channel, act, allow.rules()).get();
        }
        if (after instanceof Ruling.Hold) {
            return denied(
                    channel, act, deny("policy", "more approvals are needed than were asked"));
        }
        return settle(channel, act, after, held);
    }

    private Optional<Refusal> allowed(int channel, SshAct act, Ruling.Allow allow)
            throws ExecutionException, InterruptedException {
        if (startsProgram(act)) {
            Optional<Refusal> over = session.spend(Budget.Unit.EXECS, 1);
            if (over.isPresent()) {
                return denied(channel, act, over.get());
            }
        }
        tap.allowed(channel, act, allow.rules()).get();
        return session.isOpen()
                ? Optional.empty()
                : session.closedBecause().or(() -> Optional.of(deny("session", "it is over")));
    }

    private Optional<Refusal> denied(int channel, SshAct act, Refusal refusal)
            throws ExecutionException, InterruptedException {
        tap.denied(channel, act, refusal).get();
        return Optional.of(refusal);
    }

    private Optional<Refusal> unrecordable() {
        Refusal why = SshRefusals.unrecordable(session);
        session.close(SessionEnd.UNRECORDABLE, why);
        return Optional.of(why);
    }

    private Refusal deny(String rule, String reason) {
        return Refusal.deny(rule, reason).in(session.id(), session.grant().grant().id());
    }

    private static boolean startsProgram(SshAct act) {
        return switch (act) {
            case SshAct.Exec exec -> true;
            case SshAct.ShellCommand command -> true;
            case SshAct.Shell shell -> true;
            case SshAct.Subsystem subsystem -> true;
            case SshAct.File file -> false;
            case SshAct.Forward forward -> false;
            case SshAct.Unknown unknown -> false;
        };
    }
}
