/**
 * Reads the bytes of programs that move files (SFTP, scp) as acts, so that each is judged before it
 * happens and accounted when it has. Imports nothing of the proxy: bytes come in, pieces go out.
 */
@NullMarked
package dev.sallyport.proxy.ssh.sftp;

import org.jspecify.annotations.NullMarked;
