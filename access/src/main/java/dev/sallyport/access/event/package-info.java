/** The structured facts of the record and their one JSON form. */
@NullMarked
package dev.sallyport.access.event;

import org.jspecify.annotations.NullMarked;
