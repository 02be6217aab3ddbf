package dev.sallyport.proxy.db.sql;

/**
 * A type that a statement names.
 *
 * @param cast whether a value is converted to it
 * @param text what a plain string literal says that is converted to it, else empty: {@code
 *     'secrets'::regclass} names a table
 */
public record TypeUse(QualifiedName name, boolean cast, String text) {}
