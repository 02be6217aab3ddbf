/**
 * The {@code sallyport} command: the one place that knows all modules and wires them.
 *
 * <p>Verbs for agents, approvers, operators, responders, auditors and policy authors, and the
 * services ({@code up}, {@code demo}). Wiring is by hand through constructors; there is no
 * container and no static state. Exit codes: 0 done, 1 failed, 2 usage, 10 pending approval, 11
 * denied, 12 locked, 13 broker unreachable.
 */
@NullMarked
package dev.sallyport.cli;

import org.jspecify.annotations.NullMarked;
