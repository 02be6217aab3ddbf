package dev.sallyport.access.scope;

import java.util.Collections;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;

/** Upper limits over all sessions of a grant; a unit that is not named is not limited. */
public record Budget(Map<Unit, Long> limits) {
    /** What can be counted. Bytes count what leaves the target towards the agent. */
    public enum Unit {
        ROWS,
        BYTES,
        STATEMENTS,
        EXECS;

        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** No limits. */
    public static final Budget UNLIMITED = new Budget(Map.of());

    public Budget {
        limits.forEach((unit, limit) -> {
            if (limit < 0) {
                throw new IllegalArgumentException(unit.word() + " budget is negative");
            }
        });
        var copy = new EnumMap<Unit, Long>(Unit.class);
        copy.putAll(limits);
        limits = Collections.unmodifiableMap(copy);
    }

    public OptionalLong limit(Unit unit) {
        Long limit = limits.get(unit);
        return limit == null ? OptionalLong.empty() : OptionalLong.of(limit);
    }
}
