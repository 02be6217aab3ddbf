/**
 * What a statement is, by PostgreSQL's own grammar: a lexer after {@code scan.l}, an LALR driver
 * over the tables of {@code gram.y}, and the facts read from the tree. Knows nothing of grants,
 * policy or connections.
 *
 * <p>The way of a text: {@code SqlLexer} makes {@code Tokens} of it, through the filter {@code
 * LookAhead}; {@code LalrParser} makes a {@code SyntaxTree} of them by {@code GrammarTables}; for
 * each statement {@code Walk} goes over its part of the tree, and the readers of {@code Readers},
 * one class for each theme, put what they know into {@code Facts}; {@code Commands} says what the
 * whole is. {@link dev.sallyport.proxy.db.sql.SqlParser} is the way in, {@link
 * dev.sallyport.proxy.db.sql.Statement} what comes out.
 *
 * <p>The grammar is that of PostgreSQL 18. A server of another major version may read a few texts
 * otherwise: what newer versions made syntax, such as {@code json_object(…)}, is a plain function
 * to an older one, and a version newer than the tables may know more. Whoever judges by these facts
 * MUST know the version.
 */
@NullMarked
package dev.sallyport.proxy.db.sql;

import org.jspecify.annotations.NullMarked;
