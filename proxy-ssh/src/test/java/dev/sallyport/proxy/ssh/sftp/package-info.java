/** Tests of the readers of file transfers. */
@NullMarked
package dev.sallyport.proxy.ssh.sftp;

import org.jspecify.annotations.NullMarked;
