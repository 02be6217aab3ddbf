package dev.sallyport.proxy.db.catalogue;

import dev.sallyport.access.Secret;

/**
 * How to log in as a grant's role. The password is known to nobody else; the server has only its
 * verifier.
 */
public record GrantLogin(String user, Secret password) {}
