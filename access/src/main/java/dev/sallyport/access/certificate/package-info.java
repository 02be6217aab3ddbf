/**
 * Grants in their signed encoding, the OpenSSH and X.509 certificates that carry them, and the
 * proof that one was checked.
 */
@NullMarked
package dev.sallyport.access.certificate;

import org.jspecify.annotations.NullMarked;
