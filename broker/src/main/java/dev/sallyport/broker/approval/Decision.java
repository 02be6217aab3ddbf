package dev.sallyport.broker.approval;

import dev.sallyport.access.Refusal;
import dev.sallyport.broker.store.Question;

/** What came of an approver's answer. */
public sealed interface Decision {
    /** It counts; the question as it stands now. */
    record Decided(Question question) implements Decision {}

    /** It does not count, and nothing changed. */
    record Refused(Refusal refusal) implements Decision {}
}
