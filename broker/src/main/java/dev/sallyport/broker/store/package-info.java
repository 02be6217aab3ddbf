/**
 * What the broker remembers over a restart, in one SQL database: requests, questions and votes,
 * grants and certificates, locks, token uses and budgets. Secrets are never stored.
 *
 * <p>SQL is written by hand and is portable (text ids, epoch milliseconds, JSON as text). This
 * package decides nothing: rows go in and out, and compare-and-set updates say whether they won.
 */
@NullMarked
package dev.sallyport.broker.store;

import org.jspecify.annotations.NullMarked;
