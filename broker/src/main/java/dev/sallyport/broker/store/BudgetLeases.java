package dev.sallyport.broker.store;

import dev.sallyport.access.scope.Budget;
import java.time.Instant;

/** What was taken from each grant's budgets; kept over a restart, so that none refills. */
public final class BudgetLeases {
    private final Store store;

    public BudgetLeases(Store store) {
        this.store = store;
    }

    /**
     * Takes up to {@code wanted}, never more than {@code limit} in all.
     *
     * @return how much was taken; 0 for a grant that is unknown, over or released
     */
    public long take(
            String grant, String target, Budget.Unit unit, long limit, long wanted, Instant now) {
        return store.write(handle -> {
            var active =
                    handle.createQuery(
                                    """
                                    select 1 from grants where id = :grant
                                    and state = 'ACTIVE' and not_after > :now
                                    """)
                            .bind("grant", grant)
                            .bind("now", now.toEpochMilli())
                            .mapTo(Integer.class)
                            .findOne();
            if (active.isEmpty()) {
                return 0L;
            }
            long before =
                    handle.createQuery(
                                    """
                                    select taken from budget_leases where grant_id = :grant
                                    and target = :target and unit = :unit
                                    """)
                            .bind("grant", grant)
                            .bind("target", target)
                            .bind("unit", unit.name())
                            .mapTo(Long.class)
                            .findOne()
                            .orElse(0L);
            long taken = Math.max(0, Math.min(wanted, limit - before));
            if (taken > 0) {
                handle.createUpdate(
                                """
                                insert into budget_leases
                                values (:grant, :target, :unit, :taken)
                                on conflict (grant_id, target, unit)
                                do update set taken = budget_leases.taken + excluded.taken
                                """)
                        .bind("grant", grant)
                        .bind("target", target)
                        .bind("unit", unit.name())
                        .bind("taken", taken)
                        .execute();
            }
            return taken;
        });
    }
}
