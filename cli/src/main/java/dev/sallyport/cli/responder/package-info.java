/** The responder's verbs: find, replay, watch and export sessions. */
@NullMarked
package dev.sallyport.cli.responder;

import org.jspecify.annotations.NullMarked;
