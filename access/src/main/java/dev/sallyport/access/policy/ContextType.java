package dev.sallyport.access.policy;

import com.cedarpolicy.value.CedarList;
import com.cedarpolicy.value.CedarMap;
import com.cedarpolicy.value.DateTime;
import com.cedarpolicy.value.Decimal;
import com.cedarpolicy.value.IpAddress;
import com.cedarpolicy.value.PrimBool;
import com.cedarpolicy.value.PrimLong;
import com.cedarpolicy.value.PrimString;
import com.cedarpolicy.value.Value;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;

/**
 * A type that the schema declares for a value in the context. Parameters and facts travel as text
 * in a grant; here they get their types back. What does not fit is an error, so a denial.
 */
sealed interface ContextType {
    /** Thrown when a value does not fit; names the place and never the value. */
    final class MisfitException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        MisfitException(String where, String wanted) {
            super(where + " is not " + wanted);
        }
    }

    /** The Cedar value of {@code value}; {@code where} is its path, for the message. */
    Value value(String where, Object value);

    /** The built-in types that a context can carry. */
    enum Scalar implements ContextType {
        STRING {
            @Override
            Value read(String text) {
                return new PrimString(text);
            }
        },
        LONG {
            @Override
            Value read(String text) {
                return new PrimLong(new BigDecimal(text).longValueExact());
            }
        },
        BOOL {
            @Override
            Value read(String text) {
                return switch (text) {
                    case "true" -> new PrimBool(true);
                    case "false" -> new PrimBool(false);
                    default -> throw new IllegalArgumentException("neither true nor false");
                };
            }
        },
        DECIMAL {
            @Override
            Value read(String text) {
                BigDecimal number = new BigDecimal(text);
                // Cedar's literal has one to four digits after the point.
                int scale = Math.clamp(number.stripTrailingZeros().scale(), 1, 4);
                return new Decimal(number.setScale(scale).toPlainString());
            }
        },
        IPADDR {
            @Override
            Value read(String text) {
                return new IpAddress(text);
            }
        },
        DATETIME {
            @Override
            Value read(String text) {
                return new DateTime(text);
            }
        };

        abstract Value read(String text);

        @Override
        public Value value(String where, Object value) {
            // A text that looks like a number is one only where the schema says so, never the other
            // way round: a number where text is declared is a mistake of the caller.
            if (this == STRING && !(value instanceof String)
                    || value instanceof Map
                    || value instanceof Collection) {
                throw new MisfitException(where, name().toLowerCase(java.util.Locale.ROOT));
            }
            try {
                return read(value.toString());
            } catch (IllegalArgumentException | ArithmeticException e) {
                throw new MisfitException(where, name().toLowerCase(java.util.Locale.ROOT));
            }
        }
    }

    /** A set; Cedar's sets have no order. */
    record SetOf(ContextType element) implements ContextType {
        @Override
        public Value value(String where, Object value) {
            if (!(value instanceof Collection<?> elements)) {
                throw new MisfitException(where, "a set");
            }
            var values = new ArrayList<Value>();
            for (Object each : elements) {
                values.add(element.value(where, each));
            }
            return new CedarList(values);
        }
    }

    /** A record; an attribute that it does not declare is an error. */
    record RecordOf(Map<String, ContextType> attributes) implements ContextType {
        public RecordOf {
            attributes = Map.copyOf(attributes);
        }

        @Override
        public Value value(String where, Object value) {
            if (!(value instanceof Map<?, ?> entries)) {
                throw new MisfitException(where, "a record");
            }
            var values = new HashMap<String, Value>();
            entries.forEach((key, each) -> {
                ContextType type = attributes.get(key.toString());
                if (type == null) {
                    throw new MisfitException(where + "." + key, "declared in the policy schema");
                }
                values.put(key.toString(), type.value(where + "." + key, each));
            });
            return new CedarMap(values);
        }
    }

    /** An entity reference, which no context carries here. */
    record Unsupported(String name) implements ContextType {
        @Override
        public Value value(String where, Object value) {
            throw new MisfitException(where, "of a type that a context can carry");
        }
    }
}
