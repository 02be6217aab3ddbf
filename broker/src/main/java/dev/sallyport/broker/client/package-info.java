/** The broker's API as typed calls, for the command line. */
@NullMarked
package dev.sallyport.broker.client;

import org.jspecify.annotations.NullMarked;
