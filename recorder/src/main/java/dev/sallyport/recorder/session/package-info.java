/**
 * A session's files: event lines, casts, and the leaves that commit to them. Nothing in here does
 * input or output except {@link dev.sallyport.recorder.session.SegmentStream}.
 */
@NullMarked
package dev.sallyport.recorder.session;

import org.jspecify.annotations.NullMarked;
