package dev.sallyport.proxy.db.catalogue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The configuration of classified columns, as written:
 *
 * <pre>{@code
 * classes:
 *   public.customers.email: [pii]
 *   public.open_customers.name: []
 * }</pre>
 *
 * <p>Rules for columns of a table hold for the tables that inherit from it and those that it
 * inherits from. A view takes over the classes of all columns that its query uses, for all of its
 * own columns, unless a rule names one of its columns: then exactly the rules say what it shows.
 */
public record ClassRules(List<Rule> rules) {
    /** No column is classified. */
    public static final ClassRules NONE = new ClassRules(List.of());

    /** More are a mistake of whoever generates them. */
    private static final int MAX_RULES = 10_000;

    public ClassRules {
        rules = List.copyOf(rules);
        if (rules.size() > MAX_RULES) {
            throw new IllegalArgumentException("there are more than 10000 classified columns");
        }
    }

    /**
     * One column.
     *
     * @param classes may be empty: the column of a view that was looked at and shows nothing
     */
    public record Rule(QualifiedName relation, String column, Set<String> classes) {
        public Rule {
            classes = Set.copyOf(classes);
            if (classes.stream().anyMatch(String::isBlank)) {
                throw new IllegalArgumentException("a class has a name");
            }
        }

        /** As the configuration writes it. */
        public String text() {
            return relation.text() + "." + column;
        }
    }

    /**
     * The rules of a configuration.
     *
     * @param classes from {@code schema.table.column} to the names of classes; a part that holds a
     *     dot stands in double quotes
     * @throws IllegalArgumentException naming the key that is not a column's name
     */
    public static ClassRules of(Map<String, List<String>> classes) {
        List<Rule> rules = new ArrayList<>();
        classes.forEach((key, names) -> {
            List<String> parts = parts(key);
            if (parts.size() != 3 || parts.contains("")) {
                throw new IllegalArgumentException(key + " is not schema.table.column");
            }
            rules.add(
                    new Rule(
                            new QualifiedName(parts.get(0), parts.get(1)),
                            parts.get(2),
                            Set.copyOf(names)));
        });
        return new ClassRules(rules);
    }

    private static List<String> parts(String key) {
        List<String> parts = new ArrayList<>();
        StringBuilder part = new StringBuilder();
        boolean quoted = false;
        for (int at = 0; at < key.length(); at++) {
            char c = key.charAt(at);
            if (c == '"' && quoted && at + 1 < key.length() && key.charAt(at + 1) == '"') {
                part.append('"');
                at++;
            } else if (c == '"') {
                quoted = !quoted;
            } else if (c == '.' && !quoted) {
                parts.add(part.toString());
                part.setLength(0);
            } else {
                part.append(c);
            }
        }
        if (quoted) {
            return List.of();
        }
        parts.add(part.toString());
        return parts;
    }

    /** These rules for one catalogue; {@link Classes#problems} tells which name nothing there. */
    public Classes bind(Catalogue catalogue) {
        return Classes.of(this, catalogue);
    }
}
