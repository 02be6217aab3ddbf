/**
 * The kill switch: locks, kept over a restart, and the feed that brings them to every node.
 *
 * <p>A kill must never fail because something else is down. So the order is: nodes first (they
 * close what matches), then the store, then the record; what could not be kept or recorded is said
 * in the answer. Lifting gives rights back, so there the order is the other way round.
 */
@NullMarked
package dev.sallyport.broker.kill;

import org.jspecify.annotations.NullMarked;
