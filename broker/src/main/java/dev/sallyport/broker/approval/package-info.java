/**
 * Humans in the loop: one queue of questions for access requests and held acts.
 *
 * <p>An answer counts only for exactly what was shown (its hash comes back with the answer), from
 * someone in an approver group who is neither the requester nor the human behind it, in time and
 * once. A no wins over any number of yeses. Every answer is durable in the record before it counts.
 */
@NullMarked
package dev.sallyport.broker.approval;

import org.jspecify.annotations.NullMarked;
