/**
 * The only owner of writing, forcing, renaming, linking and deleting files. Everything that the
 * recorder makes durable passes here, so that tests can break every single step.
 */
@NullMarked
package dev.sallyport.recorder.disk;

import org.jspecify.annotations.NullMarked;
