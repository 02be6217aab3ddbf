package dev.sallyport.broker.issue;

import dev.sallyport.access.Refusal;

/** What came of an issuance or a renewal. */
public sealed interface IssueAnswer {
    /** Recorded, signed and stored. */
    record Issued(IssuedGrant issued) implements IssueAnswer {}

    /** Nothing was signed, or what was signed did not leave. */
    record Refused(Refusal refusal) implements IssueAnswer {}
}
