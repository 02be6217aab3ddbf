package dev.sallyport.proxy.db.catalogue;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Who inherits from whom, and what views read. */
final class Lineage {
    private final Map<Long, List<Long>> children = new HashMap<>();
    private final Map<Long, List<Long>> parents = new HashMap<>();
    private final Map<Long, List<CatalogueRows.ViewUse>> uses = new HashMap<>();
    private final Set<Long> wholeRowViews;

    Lineage(CatalogueRows rows) {
        for (CatalogueRows.Heir heir : rows.heirs()) {
            children.computeIfAbsent(heir.parent(), key -> new ArrayList<>()).add(heir.child());
            parents.computeIfAbsent(heir.child(), key -> new ArrayList<>()).add(heir.parent());
        }
        for (CatalogueRows.ViewUse use : rows.viewUses()) {
            uses.computeIfAbsent(use.view(), key -> new ArrayList<>()).add(use);
        }
        wholeRowViews = rows.wholeRowViews();
    }

    /** All below {@code oid}, without itself. */
    Set<Long> descendants(long oid) {
        return reach(oid, children);
    }

    /** All above {@code oid}, without itself. */
    Set<Long> ancestors(long oid) {
        return reach(oid, parents);
    }

    private static Set<Long> reach(long oid, Map<Long, List<Long>> steps) {
        Set<Long> reached = new LinkedHashSet<>();
        Deque<Long> open = new ArrayDeque<>(steps.getOrDefault(oid, List.of()));
        while (!open.isEmpty()) {
            long next = open.pop();
            if (next != oid && reached.add(next)) {
                open.addAll(steps.getOrDefault(next, List.of()));
            }
        }
        return reached;
    }

    /** What a view's own query uses; other views among it stay views. */
    List<CatalogueRows.ViewUse> usesOf(long view) {
        return uses.getOrDefault(view, List.of());
    }

    boolean usesWholeRows(long view) {
        return wholeRowViews.contains(view);
    }

    /** The relations that a view reads in the end, views among them replaced by what they read. */
    Set<Long> bases(long view) {
        Set<Long> bases = new LinkedHashSet<>();
        Set<Long> seen = new LinkedHashSet<>(Set.of(view));
        Deque<Long> open = new ArrayDeque<>(Set.of(view));
        while (!open.isEmpty()) {
            for (CatalogueRows.ViewUse use : usesOf(open.pop())) {
                if (!seen.add(use.relation())) {
                    continue;
                }
                if (uses.containsKey(use.relation())) {
                    open.add(use.relation());
                } else {
                    bases.add(use.relation());
                }
            }
        }
        return bases;
    }
}
