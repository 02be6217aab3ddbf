package dev.sallyport.broker.request;

import dev.sallyport.access.Refusal;
import java.time.Duration;
import java.util.List;

/** What policy says about a request. */
public sealed interface Judgement {
    /** Ids of the policies that decided. */
    List<String> policies();

    /** Yes, for so long. */
    record Granted(Duration ttl, List<String> policies) implements Judgement {
        public Granted {
            policies = List.copyOf(policies);
        }
    }

    /** Yes, for so long, when so many members of {@code groups} agree. */
    record Needs(int approvals, List<String> groups, Duration ttl, List<String> policies)
            implements Judgement {
        public Needs {
            groups = List.copyOf(groups);
            policies = List.copyOf(policies);
        }
    }

    /** No. */
    record Denied(Refusal refusal, List<String> policies) implements Judgement {
        public Denied {
            policies = List.copyOf(policies);
        }
    }
}
