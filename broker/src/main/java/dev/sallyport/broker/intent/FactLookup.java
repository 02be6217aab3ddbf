package dev.sallyport.broker.intent;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/** Where facts come from: {@link HttpFacts} when it is real, given values in policy tests. */
@FunctionalInterface
public interface FactLookup {
    /** Looks up every fact of {@code intent}; blocks for at most a few seconds. */
    Facts lookUp(BoundIntent intent);

    /** All facts, or the news that one is missing: which is a no. */
    sealed interface Facts {
        /**
         * Every fact of the intent.
         *
         * @param values String, Long, BigDecimal or Boolean by name
         */
        record Known(Map<String, Object> values) implements Facts {
            public Known {
                values = Collections.unmodifiableMap(new TreeMap<>(values));
            }
        }

        /**
         * A fact that could not be had.
         *
         * @param reason for the record; never holds the answer's body
         */
        record Unavailable(String fact, String reason) implements Facts {}
    }
}
