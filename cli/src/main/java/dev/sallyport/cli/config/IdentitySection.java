package dev.sallyport.cli.config;

import dev.sallyport.access.yaml.Mapping;
import dev.sallyport.access.yaml.Scalar;
import dev.sallyport.broker.identity.ClaimMapping;
import dev.sallyport.broker.identity.IssuerSettings;
import dev.sallyport.broker.identity.JwksLocation;
import dev.sallyport.broker.intent.HttpLookup;
import dev.sallyport.broker.intent.Template;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The {@code identity} of the configuration: whose tokens are believed, and what they say. */
final class IdentitySection {
    private final Path directory;
    private final List<IssuerSettings> issuers = new ArrayList<>();

    IdentitySection(Path directory, Mapping section) {
        this.directory = directory;
        section.refuseUnknown("issuers", "humans");
        section.mappings("issuers").forEach(this::agents);
        section.optionalMapping("humans").ifPresent(this::humans);
    }

    List<IssuerSettings> issuers() {
        return issuers;
    }

    private void agents(Mapping issuer) {
        issuer.refuseUnknown("issuer", "audience", "jwks", "agent", "owner", "run", "groups");
        var mapping =
                new ClaimMapping.Agents(
                        template(issuer, "agent"),
                        template(issuer, "owner"),
                        template(issuer, "run"),
                        templates(issuer, "groups"));
        add(issuer, mapping);
    }

    private void humans(Mapping issuer) {
        issuer.refuseUnknown(
                "issuer", "audience", "jwks", "id", "approvers", "operators", "auditors");
        var approvers = issuer.find("approvers").map(ignored -> "approvers");
        var mapping =
                new ClaimMapping.Humans(
                        parsed(issuer, "id", issuer.text("id", "{sub}")),
                        approvers.isEmpty() ? List.of() : templates(issuer, "approvers"),
                        issuer.has("operators") ? issuer.texts("operators") : List.of(),
                        issuer.has("auditors") ? issuer.texts("auditors") : List.of());
        add(issuer, mapping);
    }

    private void add(Mapping issuer, ClaimMapping mapping) {
        String name = issuer.text("issuer");
        String audience = issuer.text("audience");
        if (issuers.stream().anyMatch(known -> known.issuer().equals(name))) {
            issuer.problemAtKey("issuer", "this issuer is already named", "each issuer once");
            return;
        }
        boolean hasKeys = !name.isEmpty() || issuer.has("jwks");
        JwksLocation keys = hasKeys ? jwks(issuer) : new JwksLocation.Discovery();
        if (!name.isEmpty() && !audience.isEmpty()) {
            issuers.add(new IssuerSettings(name, audience, keys, mapping));
        }
    }

    private JwksLocation jwks(Mapping issuer) {
        String place = issuer.text("jwks", "");
        if (place.isEmpty()) {
            // Its keys are looked for below the issuer, which has to be a place then.
            url(issuer, "issuer", "https://…, or jwks: a file");
            return new JwksLocation.Discovery();
        }
        if (place.startsWith("https://") || place.startsWith("http://")) {
            return url(issuer, "jwks", "https://… or a file")
                    .<JwksLocation>map(JwksLocation.Url::new)
                    .orElseGet(JwksLocation.Discovery::new);
        }
        Path file = directory.resolve(place).normalize();
        if (!Files.isReadable(file)) {
            issuer.problemAtKey("jwks", "there is no file " + file, "a JSON Web Key Set");
        }
        return new JwksLocation.File(file);
    }

    private static Optional<URI> url(Mapping issuer, String key, String expected) {
        try {
            return Optional.of(HttpLookup.requireSafe(URI.create(issuer.text(key))));
        } catch (IllegalArgumentException | IOException e) {
            issuer.problemAtKey(key, "not a URL that keys can be fetched from", expected);
            return Optional.empty();
        }
    }

    /** One template, or a list of them. */
    private static List<Template> templates(Mapping issuer, String key) {
        boolean isOne = issuer.find(key).filter(Scalar.class::isInstance).isPresent();
        List<String> texts = isOne ? List.of(issuer.text(key)) : issuer.texts(key);
        return texts.stream().map(text -> parsed(issuer, key, text)).toList();
    }

    private static Template template(Mapping issuer, String key) {
        return parsed(issuer, key, issuer.text(key));
    }

    private static Template parsed(Mapping issuer, String key, String text) {
        try {
            return new Template(text);
        } catch (IllegalArgumentException e) {
            issuer.problemAtKey(
                    key, "not a template over claims", "such as \"github/{repository}\"");
            return new Template("");
        }
    }
}
