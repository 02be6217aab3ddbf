package dev.sallyport.recorder.read;

import java.time.Instant;

/**
 * Which sessions or events are wanted. An empty string means any; {@code since} is inclusive and
 * {@code until} exclusive.
 *
 * @param verdict {@code allow}, {@code mask}, {@code hold} or {@code deny}: sessions with such an
 *     act
 */
public record RecordFilter(
        String agent,
        String target,
        String intent,
        String grant,
        Instant since,
        Instant until,
        String verdict) {
    /** Everything. */
    public static final RecordFilter ANY =
            new RecordFilter("", "", "", "", Instant.MIN, Instant.MAX, "");

    public RecordFilter {
        if (since.isAfter(until)) {
            throw new IllegalArgumentException("since is after until");
        }
    }

    public RecordFilter withAgent(String value) {
        return new RecordFilter(value, target, intent, grant, since, until, verdict);
    }

    public RecordFilter withTarget(String value) {
        return new RecordFilter(agent, value, intent, grant, since, until, verdict);
    }

    public RecordFilter withIntent(String value) {
        return new RecordFilter(agent, target, value, grant, since, until, verdict);
    }

    public RecordFilter withGrant(String value) {
        return new RecordFilter(agent, target, intent, value, since, until, verdict);
    }

    public RecordFilter within(Instant from, Instant to) {
        return new RecordFilter(agent, target, intent, grant, from, to, verdict);
    }

    public RecordFilter withVerdict(String value) {
        return new RecordFilter(agent, target, intent, grant, since, until, value);
    }

    boolean accepts(RecordedEvent event) {
        return acceptsContext(event)
                && !event.at().isBefore(since)
                && event.at().isBefore(until)
                && (verdict.isEmpty() || event.verdict().equals(verdict));
    }

    boolean accepts(SessionSummary session) {
        return acceptsContext(session.opened())
                && !session.opened().at().isBefore(since)
                && session.opened().at().isBefore(until)
                && (verdict.isEmpty() || session.verdicts().contains(verdict));
    }

    private boolean acceptsContext(RecordedEvent event) {
        return accepts(agent, event.text("agent"))
                && accepts(target, event.text("target"))
                && accepts(intent, event.text("intent"))
                && accepts(grant, event.text("grant"));
    }

    private static boolean accepts(String wanted, String actual) {
        return wanted.isEmpty() || wanted.equals(actual);
    }
}
