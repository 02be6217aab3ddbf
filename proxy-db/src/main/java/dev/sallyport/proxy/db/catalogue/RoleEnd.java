package dev.sallyport.proxy.db.catalogue;

/** What became of a grant's role at its end. */
public sealed interface RoleEnd {
    String role();

    /** There is no such role any more, and no connection of it. */
    record Dropped(String role) implements RoleEnd {}

    /**
     * Nobody can log in with it any more, but it is still there.
     *
     * @param reason the server's, for operators: most often objects in another database
     */
    record Locked(String role, String reason) implements RoleEnd {}
}
