/**
 * The append-only Merkle log of one node: RFC 6962 hashing, C2SP tlog-tiles storage, signed-note
 * checkpoints and offline proofs.
 *
 * <p>Everything but {@code LogWriter}, {@code StoredTree} and {@code NoteKey} is pure: values and
 * functions over bytes. All writes go through the {@code Disk}.
 */
@NullMarked
package dev.sallyport.recorder.log;

import org.jspecify.annotations.NullMarked;
