/** A disk that breaks on demand, for tests. */
@NullMarked
package dev.sallyport.recorder.disk;

import org.jspecify.annotations.NullMarked;
