/**
 * The certificate authority: keys, and the one order in which a certificate comes to be.
 *
 * <p>Build, validate, record {@code grant.issued} durably, sign, store, return. What cannot be
 * recorded is not signed; what cannot be stored does not leave. Who may have a grant is decided
 * elsewhere.
 */
@NullMarked
package dev.sallyport.broker.issue;

import org.jspecify.annotations.NullMarked;
