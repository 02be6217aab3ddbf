package dev.sallyport.access.policy;

import java.util.List;

/** Cedar's answer to one {@link PolicyQuestion}. */
public sealed interface PolicyAnswer {
    /** Ids of the policies that decided, sorted. */
    List<String> policies();

    /** What those policies say beside their answer. */
    Annotations annotations();

    /** Yes, by these policies. */
    record Permit(List<String> policies, Annotations annotations) implements PolicyAnswer {
        public Permit {
            policies = List.copyOf(policies);
        }
    }

    /**
     * No: by these forbids, by no permit (empty), or because of errors.
     *
     * @param errors what could not be evaluated; may quote the question, so it is never logged
     */
    record Refuse(List<String> policies, List<String> errors, Annotations annotations)
            implements PolicyAnswer {
        public Refuse {
            policies = List.copyOf(policies);
            errors = List.copyOf(errors);
        }

        static Refuse error(String error) {
            return new Refuse(List.of(), List.of(error), Annotations.NONE);
        }
    }
}
