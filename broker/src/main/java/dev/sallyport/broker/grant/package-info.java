/**
 * Grants that exist: renewal of their certificates, release by their agent, expiry.
 *
 * <p>Renewal gives nothing new: the same grant, the same key, never past the grant's end, and only
 * while no lock and no change of policy speaks against it.
 */
@NullMarked
package dev.sallyport.broker.grant;

import org.jspecify.annotations.NullMarked;
