/**
 * What a target's database holds, as far as judging a statement needs it.
 *
 * <p>A {@link dev.sallyport.proxy.db.catalogue.CatalogueSource} keeps an immutable {@link
 * dev.sallyport.proxy.db.catalogue.Catalogue} of one database, read over a read-only control
 * connection of its own. Names of a statement are resolved in it with a pinned {@link
 * dev.sallyport.proxy.db.catalogue.SearchPath}, {@link
 * dev.sallyport.proxy.db.catalogue.HarmlessFunctions} knows which functions may be called without
 * being named in a grant, and {@link dev.sallyport.proxy.db.catalogue.Classes} which columns are
 * classified. {@link dev.sallyport.proxy.db.catalogue.RoleCheck} and {@link
 * dev.sallyport.proxy.db.catalogue.GrantRoles} look after the second wall: the upstream role.
 *
 * <p>What cannot be seen from here: bodies of functions, rules, triggers and defaults, tables of an
 * open transaction that created them, temporary tables. Unknown names stay unknown, which is no.
 */
@NullMarked
package dev.sallyport.proxy.db.catalogue;

import org.jspecify.annotations.NullMarked;
