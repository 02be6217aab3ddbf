/**
 * The write-ahead journal: one per node, for all sessions. What {@link
 * dev.sallyport.recorder.journal.Journal#append} promised survives a crash; everything else on disk
 * can be made from it again.
 */
@NullMarked
package dev.sallyport.recorder.journal;

import org.jspecify.annotations.NullMarked;
