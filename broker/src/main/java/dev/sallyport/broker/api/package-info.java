/**
 * The broker's HTTP API: routes and who may use them in one table, the shapes of bodies, and the
 * server. Nothing here decides about access beyond that table.
 */
@NullMarked
package dev.sallyport.broker.api;

import org.jspecify.annotations.NullMarked;
