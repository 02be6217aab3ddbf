/** The agent's verbs: ask for a grant, use it, hand it back. */
@NullMarked
package dev.sallyport.cli.agent;

import org.jspecify.annotations.NullMarked;
