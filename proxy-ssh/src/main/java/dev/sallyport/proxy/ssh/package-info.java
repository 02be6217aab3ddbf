/**
 * The SSH door: Apache MINA SSHD on both legs, with the gate and the recorder between them.
 *
 * <p>A connection passes seven roles: {@code SshProxy} wires, {@code SshAuthenticator} turns a
 * certificate into a verified grant, {@code SshActs} reads bytes as acts, {@code SshBridge} moves
 * bytes and owns back-pressure, {@code SshTap} writes acts and bytes to the record before they are
 * forwarded, {@code SshUpstream} dials the target with a credential of its own, and {@code
 * SshRefusals} says no in the protocol's words. Judging is not done here but in the gate of {@code
 * access}.
 *
 * <p>This module imports {@code access} only.
 */
@NullMarked
package dev.sallyport.proxy.ssh;

import org.jspecify.annotations.NullMarked;
