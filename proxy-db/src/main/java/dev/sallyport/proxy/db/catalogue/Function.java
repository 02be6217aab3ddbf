package dev.sallyport.proxy.db.catalogue;

import java.util.List;

/**
 * One function, procedure, aggregate or window function: a row of {@code pg_proc}.
 *
 * @param arguments OIDs of the types of its input arguments
 * @param defaults how many of the last arguments may be left out
 * @param isVariadic the last argument stands for any number of them
 * @param isSecurityDefiner it runs with the rights of its owner
 * @param language {@code internal}, {@code c}, {@code sql}, {@code plpgsql} …
 * @param extension the extension that it belongs to, or empty
 */
public record Function(
        long oid,
        QualifiedName name,
        Kind kind,
        List<Long> arguments,
        int defaults,
        boolean isVariadic,
        Volatility volatility,
        boolean isSecurityDefiner,
        String language,
        String extension) {
    /** {@code FirstNormalObjectId}: smaller OIDs came with PostgreSQL itself. */
    static final long FIRST_USER_OID = 16_384;

    public Function {
        arguments = List.copyOf(arguments);
    }

    /** {@code pg_proc.prokind}. */
    public enum Kind {
        FUNCTION,
        PROCEDURE,
        AGGREGATE,
        WINDOW;

        static Kind of(String letter) {
            return switch (letter) {
                case "f" -> FUNCTION;
                case "p" -> PROCEDURE;
                case "a" -> AGGREGATE;
                case "w" -> WINDOW;
                default -> throw new IllegalArgumentException("unknown kind of function");
            };
        }
    }

    /** {@code pg_proc.provolatile}: what the function's maker promises about it. */
    public enum Volatility {
        IMMUTABLE,
        STABLE,
        VOLATILE;

        static Volatility of(String letter) {
            return switch (letter) {
                case "i" -> IMMUTABLE;
                case "s" -> STABLE;
                case "v" -> VOLATILE;
                default -> throw new IllegalArgumentException("unknown volatility");
            };
        }
    }

    boolean cameWithPostgres() {
        return name.isBuiltIn() && oid < FIRST_USER_OID;
    }

    /**
     * True when a call with {@code count} arguments could mean this function. Aggregates always
     * could: {@code count(*)} and {@code WITHIN GROUP} write their arguments elsewhere.
     */
    boolean couldTake(int count) {
        if (kind == Kind.AGGREGATE) {
            return true;
        }
        int least = arguments.size() - defaults - (isVariadic ? 1 : 0);
        return count >= least && (isVariadic || count <= arguments.size());
    }
}
