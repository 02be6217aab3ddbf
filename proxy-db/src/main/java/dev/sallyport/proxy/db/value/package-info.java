/**
 * Values of statements as text for the record.
 *
 * <p>{@link dev.sallyport.proxy.db.value.ParameterText} turns what a Bind message carries into the
 * text that PostgreSQL itself would write. The decoders are our own: those of the driver pgjdbc-ng
 * need a live connection for each type, agree with PostgreSQL for 35 of 82 values, and one of them
 * runs SQL with the value that it decodes.
 */
@NullMarked
package dev.sallyport.proxy.db.value;

import org.jspecify.annotations.NullMarked;
