package dev.sallyport.broker.store;

import dev.sallyport.access.Agent;
import java.time.Instant;
import java.util.List;
import java.util.Locale;

/**
 * A question to humans: an access request, or an act that is held.
 *
 * @param agent who asks; never answers
 * @param grant grant id, empty for a request
 * @param session session id, empty for a request
 * @param shown exactly what approvers see
 * @param hash lower-case hex SHA-256 of {@code shown}
 * @param needed how many different humans must say yes
 * @param groups whose members may answer; without one, nobody may
 */
public record Question(
        String id,
        Kind kind,
        State state,
        Agent agent,
        String intent,
        String grant,
        String session,
        String shown,
        String hash,
        int needed,
        List<String> groups,
        Instant askedAt,
        Instant expiresAt,
        List<Ballot> ballots) {

    /** What is asked about. */
    public enum Kind {
        REQUEST,
        HOLD;

        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** A question's life; only {@code OPEN} can be answered, only {@code APPROVED} can be used. */
    public enum State {
        OPEN,
        APPROVED,
        DENIED,
        EXPIRED,
        WITHDRAWN,
        USED;

        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** A human's answer. */
    public enum Vote {
        YES,
        NO;

        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** One human's answer to this question. */
    public record Ballot(String approver, Vote vote, String comment, String hash, Instant at) {}

    public Question {
        groups = List.copyOf(groups);
        ballots = List.copyOf(ballots);
    }

    /** How many humans have said yes. */
    public int approvals() {
        return (int) ballots.stream().filter(ballot -> ballot.vote() == Vote.YES).count();
    }

    public boolean isOpenAt(Instant now) {
        return state == State.OPEN && now.isBefore(expiresAt);
    }
}
