/**
 * Offline verification: recomputes a whole record from its entries and names every place where it
 * is not what was signed. Reads only; imports nothing of the write path.
 */
@NullMarked
package dev.sallyport.recorder.verify;

import org.jspecify.annotations.NullMarked;
