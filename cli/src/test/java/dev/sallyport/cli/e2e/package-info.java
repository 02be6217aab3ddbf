/** The whole line end to end: a real node, a real sshd, stock clients and the command itself. */
@NullMarked
package dev.sallyport.cli.e2e;

import org.jspecify.annotations.NullMarked;
