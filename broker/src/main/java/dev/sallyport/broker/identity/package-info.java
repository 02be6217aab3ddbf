/**
 * Who is calling: OIDC tokens of agents and humans, verified before anything else happens, and the
 * operator credential of an embedded broker.
 */
@NullMarked
package dev.sallyport.broker.identity;

import org.jspecify.annotations.NullMarked;
