package dev.sallyport.cli.agent;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A service file for libpq (PostgreSQL manual, "The Connection Service File"): one section for each
 * database of a grant, so that {@code psql service=billing} works.
 *
 * @param directory the grant directory, with key, certificate and CA
 * @param host where the proxy is
 */
record PgServiceFile(Path directory, String host, int port) {
    static final String NAME = "pg_service.conf";

    /**
     * One database in one role.
     *
     * @param target also the name of the service and, for the proxy, of the database
     */
    record Entry(String target, String role) {}

    /** The text; of several roles on one target, the later ones are {@code target-role}. */
    String render(List<Entry> entries) {
        Map<String, Entry> services = new LinkedHashMap<>();
        for (Entry entry : entries) {
            boolean taken = services.containsKey(entry.target());
            services.put(taken ? entry.target() + "-" + entry.role() : entry.target(), entry);
        }
        var text = new StringBuilder();
        services.forEach((service, entry) -> {
            text.append('[').append(service).append("]\n");
            line(text, "host", host);
            line(text, "port", String.valueOf(port));
            line(text, "dbname", entry.target());
            line(text, "user", entry.role());
            line(text, "sslmode", "verify-full");
            line(text, "sslrootcert", directory.resolve("ca.crt").toString());
            line(text, "sslcert", directory.resolve("client.crt").toString());
            line(text, "sslkey", directory.resolve("client.key").toString());
            text.append('\n');
        });
        return text.toString();
    }

    private static void line(StringBuilder text, String name, String value) {
        text.append(name).append('=').append(value).append('\n');
    }
}
