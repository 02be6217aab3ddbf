/**
 * Tests of the SQL parser: what single statements mean, and, against PostgreSQL's own parser as
 * oracle, that the two never differ.
 */
@NullMarked
package dev.sallyport.proxy.db.sql;

import org.jspecify.annotations.NullMarked;
