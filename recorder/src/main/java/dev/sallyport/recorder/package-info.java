/**
 * The record: what was done, durably and where nobody can change it, before it happens.
 *
 * <p>A write-ahead journal per node takes the events of all sessions; its {@code append} completes
 * when the event is on disk. From the journal come the sessions' segments and casts, and an
 * append-only Merkle log with signed checkpoints commits to them, so that anyone can verify a
 * recording offline. A failed write is never retried: the node stops admitting and says so.
 *
 * <p>This module imports {@code access} only and implements its {@code Recorder} port.
 */
@NullMarked
package dev.sallyport.recorder;

import org.jspecify.annotations.NullMarked;
