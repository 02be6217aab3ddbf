/**
 * The broker: identity in, certificates out.
 *
 * <p>An agent proves who it is with an OIDC token, declares an intent, policy (and where policy
 * wants it, a human) answers, and the broker signs certificates for the agent's own key that live
 * for minutes. Order of issuance: build, validate, record durably, sign, return. The kill switch,
 * the approvals queue lives here as well.
 *
 * <p>This module imports {@code access} only and implements its {@code Broker} port.
 */
@NullMarked
package dev.sallyport.broker;

import org.jspecify.annotations.NullMarked;
