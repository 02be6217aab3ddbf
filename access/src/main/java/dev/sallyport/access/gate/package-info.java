/**
 * Judging, written once for all protocols: admission, the verdict ladder allow, mask, hold, deny,
 * budgets, expiry and kill.
 */
@NullMarked
package dev.sallyport.access.gate;

import org.jspecify.annotations.NullMarked;
