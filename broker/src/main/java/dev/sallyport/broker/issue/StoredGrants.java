package dev.sallyport.broker.issue;

import dev.sallyport.access.Grant;
import dev.sallyport.access.certificate.GrantCodec;
import dev.sallyport.access.certificate.GrantRefusedException;
import dev.sallyport.broker.store.GrantRow;
import dev.sallyport.broker.store.GrantRows;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Grants as the store has them, believed only as far as their signature goes: a row that was
 * altered is as good as none.
 */
public final class StoredGrants {
    private static final Logger LOGGER = LoggerFactory.getLogger(StoredGrants.class);

    private final GrantRows rows;
    private final AuthorityKeys keys;

    public StoredGrants(GrantRows rows, AuthorityKeys keys) {
        this.rows = rows;
        this.keys = keys;
    }

    /** A grant whose signature was checked, and its state by the store. */
    public record Stored(Grant grant, GrantRow.State state) {
        /** True when certificates may still be signed for it. */
        public boolean isUsableAt(Instant now) {
            return state == GrantRow.State.ACTIVE && grant.isValidAt(now);
        }
    }

    /** The grant of that id. */
    public Optional<Stored> find(String id) {
        return rows.find(id).flatMap(this::verified);
    }

    /** The newest grants that are not over; of {@code agent}, or of all when it is empty. */
    public List<Stored> live(String agent, Instant now) {
        return rows.live(agent, now).stream().flatMap(row -> verified(row).stream()).toList();
    }

    private Optional<Stored> verified(GrantRow row) {
        try {
            Grant grant = GrantCodec.verify(row.encoded(), keys.trusted().grantKeys());
            if (grant.id().equals(row.id())) {
                return Optional.of(new Stored(grant, row.state()));
            }
            LOGGER.atError().addKeyValue("grant", row.id()).log("another grant is stored here");
        } catch (GrantRefusedException e) {
            LOGGER.atError().addKeyValue("grant", row.id()).setCause(e).log("grant was altered");
        }
        return Optional.empty();
    }
}
