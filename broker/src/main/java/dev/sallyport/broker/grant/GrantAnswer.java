package dev.sallyport.broker.grant;

import dev.sallyport.access.Refusal;
import dev.sallyport.broker.issue.IssuedGrant;

/** What came of a renewal. */
public sealed interface GrantAnswer {
    /** The same grant with new certificates. */
    record Renewed(IssuedGrant issued) implements GrantAnswer {}

    /** No new certificate. */
    record Refused(Refusal refusal) implements GrantAnswer {}
}
