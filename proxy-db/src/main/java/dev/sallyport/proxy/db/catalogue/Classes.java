package dev.sallyport.proxy.db.catalogue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Which columns of one {@link Catalogue} are classified, by OID and {@code attnum} as
 * RowDescription has them. Immutable.
 */
public final class Classes {
    private final Map<Long, Map<Integer, Set<String>>> byColumn;
    private final List<String> problems;

    private Classes(Map<Long, Map<Integer, Set<String>>> byColumn, List<String> problems) {
        this.byColumn = byColumn;
        this.problems = List.copyOf(problems);
    }

    static Classes of(ClassRules rules, Catalogue catalogue) {
        return new Binding(catalogue).bind(rules);
    }

    /** The classes of one column, sorted; empty for most. */
    public Set<String> of(long relation, int column) {
        return byColumn.getOrDefault(relation, Map.of()).getOrDefault(column, Set.of());
    }

    /** The classes of one column, sorted; empty also when there is no such column. */
    public Set<String> of(Relation relation, String column) {
        return relation.column(column)
                .map(found -> of(relation.oid(), found.number()))
                .orElse(Set.of());
    }

    /** The classes of all columns of a relation: what {@code *} and a whole row can show. */
    public Set<String> of(Relation relation) {
        Set<String> all = new TreeSet<>();
        byColumn.getOrDefault(relation.oid(), Map.of()).values().forEach(all::addAll);
        return Collections.unmodifiableSet(all);
    }

    /** Rules that name nothing in this catalogue, each with its reason. */
    public List<String> problems() {
        return problems;
    }

    /** Collects rules first, then what tables hand on to their kin, then what views show. */
    private static final class Binding {
        private final Catalogue catalogue;
        private final Map<Long, Map<Integer, Set<String>>> classes = new HashMap<>();
        private final Set<Long> declared = new HashSet<>();
        private final List<String> problems = new ArrayList<>();

        Binding(Catalogue catalogue) {
            this.catalogue = catalogue;
        }

        Classes bind(ClassRules rules) {
            for (ClassRules.Rule rule : rules.rules()) {
                find(rule).ifPresent(relation -> add(relation, rule));
            }
            handOnToViews();
            classes.values()
                    .forEach(columns ->
                            columns.replaceAll(
                                    (number, names) -> Collections.unmodifiableSet(names)));
            return new Classes(classes, problems);
        }

        private Optional<Relation> find(ClassRules.Rule rule) {
            QualifiedName name = rule.relation();
            RelationAnswer answer =
                    catalogue.relation(new SqlName.Qualified(name.schema(), name.name()));
            if (!(answer instanceof RelationAnswer.Found(Relation relation))) {
                problems.add(rule.text() + ": there is no such table");
                return Optional.empty();
            }
            if (relation.column(rule.column()).isEmpty()) {
                problems.add(rule.text() + ": the table has no such column");
                return Optional.empty();
            }
            return Optional.of(relation);
        }

        private void add(Relation relation, ClassRules.Rule rule) {
            declared.add(relation.oid());
            put(relation, rule);
            catalogue.descendants(relation).forEach(each -> put(each, rule));
            catalogue.ancestors(relation).forEach(each -> put(each, rule));
        }

        private void put(Relation relation, ClassRules.Rule rule) {
            relation.column(rule.column())
                    .ifPresent(column -> put(relation.oid(), column.number(), rule.classes()));
        }

        /** Returns true when that was news. */
        private boolean put(long relation, int column, Set<String> names) {
            return !names.isEmpty()
                    && classes.computeIfAbsent(relation, key -> new HashMap<>())
                            .computeIfAbsent(column, key -> new TreeSet<>())
                            .addAll(names);
        }

        /**
         * Gives views the classes of what their queries use. Older views come first, for a view is
         * rarely younger than those above it; it ends when a round adds nothing.
         */
        private void handOnToViews() {
            List<Relation> views =
                    catalogue.relations().stream()
                            .filter(relation -> relation.kind().isView())
                            .filter(view -> !declared.contains(view.oid()))
                            .sorted(Comparator.comparingLong(Relation::oid))
                            .toList();
            boolean added = !classes.isEmpty();
            while (added) {
                added = false;
                for (Relation view : views) {
                    Set<String> shown = shownBy(view.oid());
                    for (Relation.Column column : view.columns()) {
                        added |= put(view.oid(), column.number(), shown);
                    }
                }
            }
        }

        private Set<String> shownBy(long view) {
            boolean wholeRows = catalogue.lineage().usesWholeRows(view);
            Set<String> shown = new TreeSet<>();
            for (CatalogueRows.ViewUse use : catalogue.lineage().usesOf(view)) {
                Map<Integer, Set<String>> columns = classes.getOrDefault(use.relation(), Map.of());
                if (wholeRows) {
                    columns.values().forEach(shown::addAll);
                } else {
                    shown.addAll(columns.getOrDefault(use.column(), Set.of()));
                }
            }
            return shown;
        }
    }
}
