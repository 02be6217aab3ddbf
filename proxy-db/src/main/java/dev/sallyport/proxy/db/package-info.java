/**
 * The PostgreSQL door: Netty on both legs, with the gate and the recorder between them.
 *
 * <p>A connection passes the same seven roles as in every proxy: {@code DbProxy} wires, {@code
 * DbAuthenticator} turns a client certificate into a verified grant, {@code DbActs} reads messages
 * as acts, {@code DbBridge} moves messages and owns back-pressure, {@code DbTap} writes acts and
 * results to the record before they are forwarded, {@code DbUpstream} dials the database with a
 * credential of its own, and {@code DbRefusals} says no in the protocol's words. Judging is not
 * done here but in the gate of {@code access}.
 *
 * <p>This module imports {@code access} only.
 */
@NullMarked
package dev.sallyport.proxy.db;

import org.jspecify.annotations.NullMarked;
