package dev.sallyport.broker.grant;

import dev.sallyport.access.Grant;

/**
 * A grant in a listing.
 *
 * @param state {@code active}, {@code released} or {@code expired}
 */
public record GrantEntry(Grant grant, String state) {}
