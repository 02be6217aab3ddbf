package dev.sallyport.proxy.db.catalogue;

import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads the catalogue over a connection that is kept between readings. */
final class ControlReading implements CatalogueSource.Reading {
    private final ControlSettings settings;
    private final SearchPath path;
    private final ClassRules rules;
    private final CatalogueLimits limits;

    // Guarded by this.
    private @Nullable ControlConnection connection;
    private boolean closed;

    ControlReading(
            ControlSettings settings, SearchPath path, ClassRules rules, CatalogueLimits limits) {
        this.settings = settings;
        this.path = path;
        this.rules = rules;
        this.limits = limits;
    }

    /** A kept connection may have died unnoticed: then a new one is tried at once. */
    @Override
    public synchronized CatalogueAnswer.Ready read(Instant now)
            throws SQLException, CatalogueUnreadableException {
        boolean kept = connection != null;
        try {
            return readOnce(now);
        } catch (SQLException e) {
            if (kept) {
                return readOnce(now);
            }
            throw e;
        }
    }

    private CatalogueAnswer.Ready readOnce(Instant now)
            throws SQLException, CatalogueUnreadableException {
        boolean done = false;
        try {
            Catalogue catalogue = new CatalogueReader(open().jdbc(), limits).read(path, now);
            done = true;
            return ready(catalogue, rules.bind(catalogue));
        } finally {
            if (!done) {
                drop();
            }
        }
    }

    /** A class whose column is gone protects nothing: better no catalogue than that. */
    private static CatalogueAnswer.Ready ready(Catalogue catalogue, Classes classes)
            throws CatalogueUnreadableException {
        List<String> problems = classes.problems();
        if (!problems.isEmpty()) {
            throw new CatalogueUnreadableException(
                    "the configured classes do not fit the database: "
                            + String.join("; ", problems));
        }
        return new CatalogueAnswer.Ready(catalogue, classes);
    }

    private ControlConnection open() throws CatalogueUnreadableException {
        if (closed) {
            throw new CatalogueUnreadableException("the catalogue is closed");
        }
        ControlConnection open = connection;
        if (open == null) {
            open = ControlConnection.reading(settings);
            connection = open;
        }
        return open;
    }

    private void drop() {
        ControlConnection open = connection;
        if (open != null) {
            open.close();
            connection = null;
        }
    }

    @Override
    public synchronized void close() {
        closed = true;
        drop();
    }
}
