package dev.sallyport.access.scope;

/** Whether an act lies inside a scope. Being inside is necessary and never sufficient. */
public sealed interface ScopeAnswer {
    /** The scope names it. */
    record Inside() implements ScopeAnswer {}

    /**
     * The scope does not name it.
     *
     * @param reason for the agent; names nothing that the grant does not name
     */
    record Outside(String reason) implements ScopeAnswer {}

    /** True for {@link Inside}. */
    default boolean isInside() {
        return this instanceof Inside;
    }
}
