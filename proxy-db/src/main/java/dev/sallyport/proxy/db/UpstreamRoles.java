package dev.sallyport.proxy.db;

import dev.sallyport.access.Grant;
import dev.sallyport.access.scope.DbScope;
import dev.sallyport.proxy.db.catalogue.CatalogueUnreadableException;
import dev.sallyport.proxy.db.catalogue.GrantLogin;
import dev.sallyport.proxy.db.catalogue.GrantRole;
import dev.sallyport.proxy.db.catalogue.GrantRoles;
import dev.sallyport.proxy.db.catalogue.RoleEnd;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The login roles of one target's grants: made at a grant's first session, kept for the next ones,
 * dropped when the grant is over, also when a proxy that made them has crashed. Several proxies may
 * share a role; each renews its password, which connections that stand do not mind. Blocks;
 * thread-safe.
 */
final class UpstreamRoles implements AutoCloseable {
    private static final Logger LOGGER = LoggerFactory.getLogger(UpstreamRoles.class);

    /** How long a role outlives its grant at most; nobody can log in with it meanwhile. */
    private static final long SWEEP_SECONDS = 15;

    /** Of one grant, on all proxies together. */
    private static final int CONNECTIONS = 64;

    private final DbTarget target;
    private final GrantRoles roles;
    private final InstantSource clock;
    private final ScheduledExecutorService sweeper;
    private final Map<Key, Made> made = new ConcurrentHashMap<>();

    /** A grant's role in one of its scopes. */
    private record Key(String grant, String role) {}

    private record Made(GrantLogin login, Instant end) {}

    UpstreamRoles(DbTarget target, InstantSource clock) {
        this.target = target;
        this.roles = new GrantRoles(target.server(), new SecureRandom());
        this.clock = clock;
        this.sweeper =
                Executors.newSingleThreadScheduledExecutor(
                        Thread.ofVirtual().name("db-roles").factory());
        sweeper.scheduleWithFixedDelay(this::sweep, SWEEP_SECONDS, SWEEP_SECONDS, TimeUnit.SECONDS);
    }

    /**
     * How to log in for {@code grant}.
     *
     * @param afresh the password known here was refused: another proxy may have renewed it
     * @throws IOException when the role cannot be made
     */
    GrantLogin login(Grant grant, DbScope scope, boolean afresh) throws IOException {
        var key = new Key(grant.id(), scope.role());
        synchronized (this) {
            Made known = made.get(key);
            if (known != null && !afresh) {
                return known.login();
            }
            try {
                GrantLogin login =
                        roles.create(
                                new GrantRole(
                                        grant.id(),
                                        scope.role(),
                                        // Set at login: only a superuser may store them.
                                        Map.of(),
                                        target.path(),
                                        grant.notAfter(),
                                        CONNECTIONS));
                made.put(key, new Made(login, grant.notAfter()));
                return login;
            } catch (CatalogueUnreadableException e) {
                throw new IOException(e.getMessage(), e);
            }
        }
    }

    /** Drops what is over, whoever made it. */
    private void sweep() {
        try {
            Instant now = clock.instant();
            made.values().removeIf(each -> now.isAfter(each.end()));
            for (RoleEnd end : roles.sweep(now)) {
                if (end instanceof RoleEnd.Locked(String role, String reason)) {
                    LOGGER.atWarn()
                            .addKeyValue("target", target.target())
                            .addKeyValue("role", role)
                            .addKeyValue("problem", reason)
                            .log("a grant's role cannot be dropped; nobody can log in with it");
                }
            }
        } catch (CatalogueUnreadableException | RuntimeException e) {
            // The edge of the sweeper's thread: the next round tries again.
            LOGGER.atWarn()
                    .addKeyValue("target", target.target())
                    .addKeyValue("problem", e.getMessage())
                    .log("roles of grants could not be swept");
        }
    }

    @Override
    public void close() {
        sweeper.shutdownNow();
    }
}
