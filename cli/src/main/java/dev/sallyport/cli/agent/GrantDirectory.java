package dev.sallyport.cli.agent;

import dev.sallyport.broker.api.ApiBody;
import dev.sallyport.cli.CommandFailedException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.cfg.DateTimeFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * One grant as files that stock clients understand: {@code ssh_config}, key and certificates,
 * {@code known_hosts}, {@code pg_service.conf}, {@code env} and {@code grant.json}, in a directory
 * of mode 0700.
 */
record GrantDirectory(Path path) {
    private static final String GRANT = "grant.json";
    private static final JsonMapper JSON =
            JsonMapper.builder().disable(DateTimeFeature.WRITE_DATES_AS_TIMESTAMPS).build();

    /** What {@code grant.json} holds. */
    record Description(ApiBody.GrantView grant, Instant certificateEnd) {}

    /** {@code $SALLYPORT_HOME}, else {@code ~/.sallyport}. */
    static Path home(Map<String, String> environment) {
        String home = environment.getOrDefault("SALLYPORT_HOME", "");
        return home.isBlank()
                ? Path.of(System.getProperty("user.home"), ".sallyport")
                : Path.of(home).toAbsolutePath();
    }

    /**
     * The directory of {@code grant}, which may be {@code latest}.
     *
     * @throws CommandFailedException when there is none
     */
    static GrantDirectory existing(Path home, String grant) {
        Path path = home.resolve("grants").resolve(grant);
        if (grant.contains("/") || !Files.isRegularFile(path.resolve(GRANT))) {
            throw new CommandFailedException("no grant '" + grant + "' in " + home);
        }
        return new GrantDirectory(path);
    }

    /** Writes everything for a grant that was just issued and points {@code latest} at it. */
    static GrantDirectory create(Path home, ApiBody.Issued issued, AgentKeys keys)
            throws IOException {
        Path grants = home.resolve("grants");
        Files.createDirectories(grants, ownerOnly("rwx------"));
        Path path = grants.resolve(issued.grant().id());
        Files.createDirectory(path, ownerOnly("rwx------"));
        var directory = new GrantDirectory(path);
        keys.write(path);
        directory.write(issued);
        link(grants, issued.grant().id());
        return directory;
    }

    /** Writes what a renewal changes: certificates first, the description last. */
    void write(ApiBody.Issued issued) throws IOException {
        replace(SshConfigFile.CERTIFICATE, issued.sshCertificate() + "\n");
        replace("client.crt", issued.x509Certificate());
        replace("ca.crt", issued.x509Ca());
        ApiBody.Door door = issued.doors().get("ssh");
        if (door != null) {
            replace("known_hosts", String.join("\n", door.knownHosts()) + "\n");
            replace("ssh_config", sshConfig(issued.grant(), door));
        }
        ApiBody.Door db = issued.doors().get("db");
        if (db != null) {
            replace(PgServiceFile.NAME, serviceFile(issued.grant(), db));
        }
        replace("env", environment());
        var description = new Description(issued.grant(), issued.certificateEnd());
        replace(GRANT, JSON.writeValueAsString(description) + "\n");
    }

    /** The grant's description, as the broker gave it. */
    ApiBody.GrantView grant() throws IOException {
        return description().grant();
    }

    /** When the certificates end; a renewal moves it, up to the grant's end. */
    Instant certificateEnd() throws IOException {
        return description().certificateEnd();
    }

    private Description description() throws IOException {
        return JSON.readValue(Files.readString(path.resolve(GRANT)), Description.class);
    }

    /** Variables for a child process that works under this grant. */
    Map<String, String> variables() {
        return Map.of(
                "SALLYPORT_GRANT_DIR",
                path.toString(),
                "PGSERVICEFILE",
                path.resolve(PgServiceFile.NAME).toString(),
                "GIT_SSH_COMMAND",
                "ssh -F '" + path.resolve("ssh_config") + "'",
                "RSYNC_RSH",
                "ssh -F '" + path.resolve("ssh_config") + "'");
    }

    private String environment() {
        var text = new StringBuilder();
        variables().entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .forEach(entry ->
                        text.append("export ")
                                .append(entry.getKey())
                                .append("=\"")
                                .append(entry.getValue())
                                .append("\"\n"));
        return text.toString();
    }

    private String sshConfig(ApiBody.GrantView grant, ApiBody.Door door) {
        int colon = door.address().lastIndexOf(':');
        var file =
                new SshConfigFile(
                        path,
                        door.address().substring(0, colon),
                        Integer.parseInt(door.address().substring(colon + 1)),
                        door.hostKeyAlias());
        var entries = new ArrayList<SshConfigFile.Entry>();
        for (Map<String, Object> scope : grant.scope()) {
            if (scope.get("ssh") instanceof String target) {
                String login = String.valueOf(scope.get("login"));
                entries.add(
                        new SshConfigFile.Entry(
                                target, login, texts(scope.getOrDefault("env", List.of()))));
            }
        }
        return file.render(entries);
    }

    private String serviceFile(ApiBody.GrantView grant, ApiBody.Door door) {
        int colon = door.address().lastIndexOf(':');
        var entries = new ArrayList<PgServiceFile.Entry>();
        for (Map<String, Object> scope : grant.scope()) {
            if (scope.get("db") instanceof String target) {
                entries.add(new PgServiceFile.Entry(target, String.valueOf(scope.get("role"))));
            }
        }
        return new PgServiceFile(
                        path,
                        door.address().substring(0, colon),
                        Integer.parseInt(door.address().substring(colon + 1)))
                .render(entries);
    }

    private static List<String> texts(Object value) {
        return value instanceof List<?> list
                ? list.stream().map(String::valueOf).toList()
                : List.of();
    }

    private void replace(String name, String text) throws IOException {
        Path next = Files.createTempFile(path, "." + name, ".tmp", ownerOnly("rw-------"));
        Files.writeString(next, text, StandardCharsets.UTF_8);
        Files.move(
                next,
                path.resolve(name),
                StandardCopyOption.ATOMIC_MOVE,
                StandardCopyOption.REPLACE_EXISTING);
    }

    private static void link(Path grants, String id) throws IOException {
        Path latest = grants.resolve("latest");
        Path next = grants.resolve(".latest-" + id);
        Files.createSymbolicLink(next, Path.of(id));
        if (Files.isDirectory(latest, LinkOption.NOFOLLOW_LINKS)) {
            throw new IOException(latest + " is a directory and not a link");
        }
        Files.move(
                next, latest, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private static java.nio.file.attribute.FileAttribute<
                    Set<java.nio.file.attribute.PosixFilePermission>>
            ownerOnly(String mode) {
        return PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(mode));
    }
}
