/** The policy author's verbs. */
@NullMarked
package dev.sallyport.cli.policy;

import org.jspecify.annotations.NullMarked;
