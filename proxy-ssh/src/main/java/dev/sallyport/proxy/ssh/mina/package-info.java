/**
 * The border to Apache MINA SSHD: sockets and raw channels. Everything that a move to another
 * version of MINA would touch is here and in {@code SshProxy}, {@code SshAuthenticator} and {@code
 * SshUpstream}.
 *
 * <p>A channel is kept raw: its messages are handed over in the order in which they came and
 * nothing is answered by the library, so that the bridge alone decides what passes.
 */
@NullMarked
package dev.sallyport.proxy.ssh.mina;

import org.jspecify.annotations.NullMarked;
