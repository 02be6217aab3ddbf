/**
 * What a statement is, by PostgreSQL's own grammar: a lexer after {@code scan.l}, an LALR driver
 * over the tables of {@code gram.y}, and the facts read from the tree. Knows nothing of grants,
 * policy or connections.
 */
@NullMarked
package dev.sallyport.proxy.db.sql;

import org.jspecify.annotations.NullMarked;
