/** What sessions want to do, understood from protocol bytes and not yet judged. */
@NullMarked
package dev.sallyport.access.act;

import org.jspecify.annotations.NullMarked;
