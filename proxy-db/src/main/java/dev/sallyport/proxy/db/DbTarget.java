package dev.sallyport.proxy.db;

import dev.sallyport.access.Protocol;
import dev.sallyport.access.Target;
import dev.sallyport.proxy.db.catalogue.ClassRules;
import dev.sallyport.proxy.db.catalogue.ControlSettings;
import dev.sallyport.proxy.db.catalogue.SearchPath;

/**
 * Where a database is, how it proves itself and how the proxy logs in to it.
 *
 * @param server only configured addresses are ever dialled; its user makes and drops the roles of
 *     grants
 * @param classes which columns are classified
 * @param path the schemas in which names without one are looked up, in every session
 */
public record DbTarget(Target target, ControlSettings server, ClassRules classes, SearchPath path) {
    public DbTarget {
        if (target.protocol() != Protocol.DB) {
            throw new IllegalArgumentException("a database target is named db:NAME");
        }
    }
}
