/** A few meters that an operator can act on, in Prometheus' format; names of nobody and nothing. */
@NullMarked
package dev.sallyport.broker.metrics;

import org.jspecify.annotations.NullMarked;
