package dev.sallyport.proxy.db.catalogue;

import java.time.Instant;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * A login role to make for one grant.
 *
 * @param grant the grant's id
 * @param memberOf the role whose rights it gets
 * @param settings pinned for the role, for row-level security
 * @param validUntil the password is worth nothing afterwards
 * @param connections most connections at a time, of all doors together
 */
public record GrantRole(
        String grant,
        String memberOf,
        Map<String, String> settings,
        SearchPath searchPath,
        Instant validUntil,
        int connections) {
    private static final Pattern SETTING =
            Pattern.compile("[a-z_][a-z0-9_]*(\\.[a-z_][a-z0-9_]*)*");

    public GrantRole {
        if (memberOf.isEmpty() || !Identifiers.fits(memberOf)) {
            throw new IllegalArgumentException("a role's name has 1 to 63 bytes");
        }
        if (connections < 1) {
            throw new IllegalArgumentException("a role that may not connect is of no use");
        }
        settings = Map.copyOf(settings);
        for (String name : settings.keySet()) {
            if (!SETTING.matcher(name).matches()) {
                throw new IllegalArgumentException("a setting has a plain name");
            }
        }
        GrantRoles.nameOf(grant);
    }
}
