package dev.sallyport.broker.intent;

/** Where facts come from: {@link HttpFacts} when it is real, given values in policy tests. */
@FunctionalInterface
public interface FactLookup {
    /** Looks up every fact of {@code intent}; blocks for at most a few seconds. */
    FactsAnswer lookUp(BoundIntent intent);

    /** All facts, or the news that one is missing: which is a no. */
    sealed interface FactsAnswer {
        /** Every fact that the intent declares. */
        record Known(Facts facts) implements FactsAnswer {}

        /**
         * A fact that could not be had.
         *
         * @param reason for the record; never holds the answer's body
         */
        record Unavailable(String fact, String reason) implements FactsAnswer {}
    }
}
