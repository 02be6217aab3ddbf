/** Sockets against real sockets. */
@NullMarked
package dev.sallyport.proxy.ssh.mina;

import org.jspecify.annotations.NullMarked;
