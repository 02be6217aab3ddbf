/** How a verb finds the broker, says who calls, and prints what the broker answered. */
@NullMarked
package dev.sallyport.cli.broker;

import org.jspecify.annotations.NullMarked;
