/**
 * The words that every door needs, and nothing else.
 *
 * <p>Here live agents, intents, scopes, grants and their certificates, policy, the gate that judges
 * each act, and the two ports ({@code Broker}, {@code Recorder}) through which proxies ask and
 * write. Every other module imports this one; this one imports nobody. It is neither a cupboard for
 * small helpers nor a server: it opens no socket and keeps no file.
 *
 * <p>Judging is written once, here, for all protocols: a proxy turns bytes into acts and asks. What
 * is unknown, unparsable or in error is a denial.
 */
@NullMarked
package dev.sallyport.access;

import org.jspecify.annotations.NullMarked;
