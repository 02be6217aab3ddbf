package dev.sallyport.broker.grant;

import dev.sallyport.access.Grant;
import dev.sallyport.broker.store.GrantRow;

/** A grant in a listing. */
public record GrantEntry(Grant grant, GrantRow.State state) {}
