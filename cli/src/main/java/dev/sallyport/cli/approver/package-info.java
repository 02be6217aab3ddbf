/** The approver's verbs: see what waits, say yes or no to exactly that. */
@NullMarked
package dev.sallyport.cli.approver;

import org.jspecify.annotations.NullMarked;
