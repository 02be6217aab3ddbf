package dev.sallyport.access.policy;

import java.util.List;

/** What it takes: the first rung of the ladder allow, mask, hold on which policy says yes. */
public sealed interface PolicyVerdict {
    /** Ids of the policies that decided, sorted. */
    List<String> policies();

    /** What those policies say beside their answer. */
    Annotations annotations();

    /** Yes, as it is. */
    record Allow(List<String> policies, Annotations annotations) implements PolicyVerdict {
        public Allow {
            policies = List.copyOf(policies);
        }
    }

    /** Yes, when classified values are masked. */
    record Mask(List<String> policies, Annotations annotations) implements PolicyVerdict {
        public Mask {
            policies = List.copyOf(policies);
        }
    }

    /**
     * Yes, when so many humans say yes.
     *
     * @param policies the forbids that they lift; when none forbade, the permits that count them
     * @param annotations of the forbids and of the permits
     */
    record Hold(int approvals, List<String> policies, Annotations annotations)
            implements PolicyVerdict {
        public Hold {
            policies = List.copyOf(policies);
        }
    }

    /**
     * No, whatever anyone says.
     *
     * @param policies the forbids; empty when no policy permits it
     * @param errors what could not be evaluated; may quote the question, so it is never logged
     */
    record Deny(List<String> policies, List<String> errors, Annotations annotations)
            implements PolicyVerdict {
        public Deny {
            policies = List.copyOf(policies);
            errors = List.copyOf(errors);
        }
    }
}
