/** What an agent's verbs write. */
@NullMarked
package dev.sallyport.cli.agent;

import org.jspecify.annotations.NullMarked;
