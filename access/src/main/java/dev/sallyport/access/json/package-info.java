/**
 * Reading JSON that must be exactly as expected: every field named, every type right, nothing
 * unknown, nothing twice. For what is signed or comes from elsewhere; the record's fast writer is
 * {@link dev.sallyport.access.event.EventJson}.
 */
@NullMarked
package dev.sallyport.access.json;

import org.jspecify.annotations.NullMarked;
