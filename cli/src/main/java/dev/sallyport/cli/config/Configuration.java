package dev.sallyport.cli.config;

import dev.sallyport.access.Target;
import dev.sallyport.broker.identity.IssuerSettings;
import dev.sallyport.proxy.db.DbTarget;
import dev.sallyport.proxy.ssh.SshTarget;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/**
 * Everything that {@code sallyport.yaml} says, checked. Paths are absolute.
 *
 * @param cluster the cluster's name; part of every grant
 * @param node this node's name in the record
 * @param data store, keys, journal and record of this node
 * @param broker where the broker's HTTPS API listens
 * @param ssh where agents' SSH clients connect
 * @param db where agents' PostgreSQL clients connect, if there is a database target
 * @param issuers trusted OIDC issuers, those of humans included
 * @param policy directory with intents, Cedar policies, schema and tests
 * @param targets every configured target's name
 * @param sshTargets where the SSH targets are
 * @param dbTargets where the databases are that the proxy logs in to
 * @param certificates longest lifetime of a certificate; a grant may live longer and renew
 * @param holds how long a human has to answer
 * @param grantsPerAgent how many grants an agent may hold at once
 * @param admitSilence heartbeat older than this: no new sessions and acts
 * @param endSilence heartbeat older than this: sessions end
 */
public record Configuration(
        String cluster,
        String node,
        Path data,
        InetSocketAddress broker,
        InetSocketAddress ssh,
        InetSocketAddress db,
        List<IssuerSettings> issuers,
        Path policy,
        Set<Target> targets,
        List<SshTarget> sshTargets,
        List<DbTarget> dbTargets,
        Duration certificates,
        Duration holds,
        int grantsPerAgent,
        Duration admitSilence,
        Duration endSilence) {
    public Configuration {
        issuers = List.copyOf(issuers);
        targets = Set.copyOf(targets);
        sshTargets = List.copyOf(sshTargets);
        dbTargets = List.copyOf(dbTargets);
    }

    /** The same configuration with its data in another place. */
    public Configuration withData(Path data) {
        return new Configuration(
                cluster,
                node,
                data,
                broker,
                ssh,
                db,
                issuers,
                policy,
                targets,
                sshTargets,
                dbTargets,
                certificates,
                holds,
                grantsPerAgent,
                admitSilence,
                endSilence);
    }

    /** Keys, certificates, the store and the record: where each part finds its own. */
    public DataDirectory dataDirectory() {
        return new DataDirectory(data);
    }
}
