/**
 * Reading the record: lists, events, replay, live tail and cast export. Whatever reaches a viewer's
 * terminal is filtered first.
 */
@NullMarked
package dev.sallyport.recorder.read;

import org.jspecify.annotations.NullMarked;
