package dev.sallyport.cli.config;

import dev.sallyport.access.Target;
import dev.sallyport.access.yaml.Mapping;
import dev.sallyport.proxy.db.DbTarget;
import dev.sallyport.proxy.db.catalogue.ClassRules;
import dev.sallyport.proxy.db.catalogue.ControlSettings;
import dev.sallyport.proxy.db.catalogue.SearchPath;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads one database target: where it is, how it proves itself, how the proxy logs in. */
final class DbTargetReader {
    private static final Pattern ADDRESS = Pattern.compile("([^/]+)/([^/]+)");
    private static final String EXAMPLE = "\"127.0.0.1:5432/billing\"";

    private final Path directory;
    private final Target word;
    private final Mapping target;

    DbTargetReader(Path directory, Target word, Mapping target) {
        this.directory = directory;
        this.word = word;
        this.target = target;
    }

    /** The target; empty when it only has a name, or a mistake. */
    Optional<DbTarget> read() {
        target.refuseUnknown("db", "tls", "ca", "auth", "classes", "searchPath");
        Matcher address = ADDRESS.matcher(target.text("db"));
        Optional<HostAndPort> host =
                address.matches() ? HostAndPort.parse(address.group(1)) : Optional.empty();
        if (host.isEmpty()) {
            target.problemAtKey("db", "not a database", "host:port/database, such as " + EXAMPLE);
            return Optional.empty();
        }
        if (!target.has("auth")) {
            return Optional.empty();
        }
        Mapping auth = target.mapping("auth");
        auth.refuseUnknown("user", "passwordFile");
        Path password = directory.resolve(auth.text("passwordFile")).normalize();
        Optional<ControlSettings.Tls> tls = tls();
        if (tls.isEmpty() || auth.text("user").isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(
                    new DbTarget(
                            word,
                            new ControlSettings(
                                    host.get().host(),
                                    host.get().port(),
                                    address.group(2),
                                    auth.text("user"),
                                    new ControlSettings.Password.InFile(password),
                                    tls.get()),
                            classes(),
                            path()));
        } catch (IllegalArgumentException e) {
            target.problem(String.valueOf(e.getMessage()), "a target as in the manual");
            return Optional.empty();
        }
    }

    private Optional<ControlSettings.Tls> tls() {
        String mode = target.text("tls", "verify-full");
        if (mode.equals("disable")) {
            return Optional.of(new ControlSettings.Tls.None());
        }
        if (!mode.equals("verify-full")) {
            target.problemAtKey("tls", "unknown way to prove the server", "verify-full or disable");
            return Optional.empty();
        }
        Path ca = directory.resolve(target.text("ca")).normalize();
        if (!Files.isRegularFile(ca)) {
            target.problemAtKey("ca", "there is no file " + ca, "the server's CA as PEM");
            return Optional.empty();
        }
        return Optional.of(new ControlSettings.Tls.VerifyFull(ca));
    }

    private ClassRules classes() {
        Optional<Mapping> classes = target.optionalMapping("classes");
        if (classes.isEmpty()) {
            return ClassRules.NONE;
        }
        var rules = new TreeMap<String, List<String>>();
        for (String column : classes.get().keys()) {
            rules.put(column, classes.get().texts(column));
        }
        return ClassRules.of(rules);
    }

    private SearchPath path() {
        List<String> schemas = target.texts("searchPath");
        return schemas.isEmpty() ? SearchPath.standard() : new SearchPath(schemas);
    }
}
