package dev.sallyport.broker.request;

import dev.sallyport.access.Refusal;
import dev.sallyport.broker.issue.IssuedGrant;
import dev.sallyport.broker.store.Question;

/** What came of an access request. */
public sealed interface RequestAnswer {
    /** A grant and its certificates. */
    record Issued(IssuedGrant issued) implements RequestAnswer {}

    /**
     * Humans are asked; to be collected by the same keys.
     *
     * @param request the id to collect by
     * @param question as approvers see it
     */
    record Pending(String request, Question question) implements RequestAnswer {}

    /** No. */
    record Refused(Refusal refusal) implements RequestAnswer {}
}
