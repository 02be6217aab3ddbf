/**
 * Access requests: from a caller's words to a grant, a question to humans, or a no.
 *
 * <p>A request is judged twice when humans are asked: when it is made, and again when it is
 * collected, from the same frozen words and facts; unless what approvers saw is still, letter for
 * letter, what would be issued, nothing is.
 */
@NullMarked
package dev.sallyport.broker.request;

import org.jspecify.annotations.NullMarked;
