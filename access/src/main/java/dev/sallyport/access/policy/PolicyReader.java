package dev.sallyport.access.policy;

import com.cedarpolicy.BasicAuthorizationEngine;
import com.cedarpolicy.model.DetailedError;
import com.cedarpolicy.model.ValidationRequest;
import com.cedarpolicy.model.ValidationResponse;
import com.cedarpolicy.model.exception.AuthException;
import com.cedarpolicy.model.exception.InternalException;
import com.cedarpolicy.model.policy.PolicySet;
import com.cedarpolicy.model.schema.Schema;
import dev.sallyport.access.yaml.Problem;
import dev.sallyport.access.yaml.Problems;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Reads a policy directory and reports every mistake with its place. Owned by one call of {@link
 * Policy#load}.
 */
final class PolicyReader {
    static final String SCHEMA = "schema.cedarschema";

    /** Far above any policy a person can review; a bound against a wrong directory. */
    private static final int MAX_FILES = 500;

    private static final long MAX_FILE_BYTES = 1L << 20;
    private static final String ID = "[A-Za-z0-9][A-Za-z0-9._:-]{0,127}";

    private final Path directory;
    private final Problems problems;
    private final Map<String, CedarText.Statement> statements = new LinkedHashMap<>();
    private final Map<String, Map<String, String>> annotations = new HashMap<>();
    private final List<CedarText> files = new ArrayList<>();
    private final BasicAuthorizationEngine engine = new BasicAuthorizationEngine();
    private boolean sound = true;

    PolicyReader(Path directory, Problems problems) {
        this.directory = directory;
        this.problems = problems;
    }

    /** What was read, or empty when there were problems. */
    Optional<PolicySources> read() {
        Optional<Schema> schema = readSchema();
        // Without a sound schema syntax can still be checked, so that all errors come at once.
        Schema syntax = schema.orElseGet(() -> new Schema(""));
        policyFiles().forEach(file -> readPolicies(file, syntax));
        if (statements.isEmpty() && sound) {
            reportFile(directory, "no Cedar policy", "at least one *.cedar file");
        }
        if (schema.isEmpty() || !sound) {
            return Optional.empty();
        }
        validate(schema.get());
        return sound
                ? Optional.of(
                        new PolicySources(
                                files, schema.get(), policySet(), Map.copyOf(annotations)))
                : Optional.empty();
    }

    private Optional<Schema> readSchema() {
        Path file = directory.resolve(SCHEMA);
        if (!Files.isRegularFile(file)) {
            reportFile(file, "the schema is missing", "a file " + SCHEMA);
            return Optional.empty();
        }
        Optional<CedarText> text = text(file);
        if (text.isEmpty()) {
            return Optional.empty();
        }
        List<DetailedError> errors = errors(new Schema(text.get().text()), new PolicySet());
        errors.forEach(error -> report(text.get(), 0, text.get().text(), error));
        if (!errors.isEmpty()) {
            return Optional.empty();
        }
        files.add(text.get());
        try {
            return Optional.of(Schema.parse(Schema.JsonOrCedar.Cedar, text.get().text()));
        } catch (InternalException e) {
            reportFile(file, String.valueOf(e.getMessage()), "a Cedar schema");
            return Optional.empty();
        }
    }

    private List<Path> policyFiles() {
        try (Stream<Path> found = Files.list(directory)) {
            List<Path> cedar =
                    found.filter(path -> path.toString().endsWith(".cedar")).sorted().toList();
            if (cedar.size() > MAX_FILES) {
                reportFile(directory, "too many files", "at most " + MAX_FILES);
                return List.of();
            }
            return cedar;
        } catch (IOException e) {
            reportFile(directory, "cannot be listed", "a readable directory");
            return List.of();
        }
    }

    private Optional<CedarText> text(Path file) {
        try {
            if (Files.size(file) > MAX_FILE_BYTES) {
                reportFile(file, "the file is too large", "at most 1 MiB");
                return Optional.empty();
            }
            return Optional.of(new CedarText(file.toString(), Files.readString(file)));
        } catch (CharacterCodingException e) {
            reportFile(file, "the file is not UTF-8", "UTF-8");
        } catch (IOException e) {
            reportFile(file, "the file cannot be read", "a readable file");
        }
        return Optional.empty();
    }

    private void readPolicies(Path path, Schema syntax) {
        text(path)
                .ifPresent(file -> {
                    files.add(file);
                    file.statements().forEach(each -> readPolicy(each, syntax));
                });
    }

    private void readPolicy(CedarText.Statement statement, Schema syntax) {
        Map<String, String> notes;
        try {
            PolicySet parsed = PolicySet.parsePolicies(statement.text());
            if (parsed.policies.size() != 1) {
                // A template, or something that was cut differently than Cedar cuts it.
                reportSyntax(statement, syntax);
                return;
            }
            notes = parsed.policies.iterator().next().getAnnotations();
        } catch (InternalException e) {
            reportSyntax(statement, syntax);
            return;
        }
        String id = notes.getOrDefault("id", "");
        if (!id.matches(ID)) {
            report(statement, "the policy has no usable @id", "@id(\"name-of-the-rule\")");
        } else if (statements.putIfAbsent(id, statement) != null) {
            report(statement, "the @id \"" + id + "\" is taken", "an id used once");
        }
        if (notes.containsKey("ttl")) {
            try {
                Annotations.duration(notes.getOrDefault("ttl", ""));
            } catch (IllegalArgumentException e) {
                report(statement, "the @ttl is not a duration", "@ttl(\"90s\"), \"5m\" or \"1h\"");
            }
        }
        annotations.putIfAbsent(id, Map.copyOf(notes));
    }

    private void reportSyntax(CedarText.Statement statement, Schema syntax) {
        var alone = new com.cedarpolicy.model.policy.Policy(statement.text(), "policy");
        List<DetailedError> errors = errors(syntax, new PolicySet(Set.of(alone)));
        errors.forEach(
                error -> report(statement.file(), statement.start(), statement.text(), error));
        if (errors.isEmpty()) {
            report(
                    statement,
                    "the statement is not one static policy",
                    "permit (…); or forbid (…);");
        }
    }

    private PolicySet policySet() {
        var policies = new HashSet<com.cedarpolicy.model.policy.Policy>();
        statements.forEach((id, statement) ->
                policies.add(new com.cedarpolicy.model.policy.Policy(statement.text(), id)));
        return new PolicySet(policies);
    }

    private void validate(Schema schema) {
        ValidationResponse response;
        try {
            response = engine.validate(new ValidationRequest(schema, policySet()));
        } catch (AuthException e) {
            reportFile(directory, "the policies cannot be validated", "Cedar policies");
            return;
        }
        var blamed = new HashSet<String>();
        response.errors.ifPresent(
                errors -> errors.forEach(e -> reportFile(directory, e.message, "")));
        response.success.ifPresent(outcome ->
                outcome.validationErrors.forEach(error -> {
                    // "No applicable action" only repeats what was said before.
                    boolean whole = isWholePolicy(error.getError());
                    if (blamed.add(error.getPolicyId()) || !whole) {
                        CedarText.Statement statement =
                                Objects.requireNonNull(statements.get(error.getPolicyId()));
                        report(
                                statement.file(),
                                statement.start(),
                                statement.text(),
                                error.getError());
                    }
                }));
    }

    private static boolean isWholePolicy(DetailedError error) {
        return error.message.contains("unable to find an applicable action");
    }

    private List<DetailedError> errors(Schema schema, PolicySet policies) {
        try {
            return engine.validate(new ValidationRequest(schema, policies)).errors.stream()
                    .<DetailedError>flatMap(List::stream)
                    .toList();
        } catch (AuthException e) {
            return List.of(
                    new DetailedError(
                            "cannot be parsed",
                            Optional.empty(),
                            Optional.empty(),
                            Optional.empty(),
                            Optional.empty(),
                            Optional.empty(),
                            Optional.empty()));
        }
    }

    private void report(CedarText file, int start, String part, DetailedError error) {
        List<DetailedError.SourceLabel> labels = error.sourceLocations;
        // Of "declared twice" the last place is the one to change.
        int offset = labels.isEmpty() ? 0 : labels.getLast().start;
        CedarText.Place place = file.place(start, part, offset);
        String label =
                labels.isEmpty() ? "" : labels.getLast().label.orElse("").replace("expected ", "");
        String message =
                error.message
                        .replaceFirst("^failed to parse .*? from string: ", "")
                        .replaceFirst("^for policy `[^`]*`, ", "");
        String expected = label.isEmpty() ? error.help.orElse("") : label;
        report(file.name(), place.line(), place.column(), message, expected);
    }

    private void report(CedarText.Statement statement, String message, String expected) {
        CedarText.Place place = statement.file().place(statement.start(), "", 0);
        report(statement.file().name(), place.line(), place.column(), message, expected);
    }

    private void reportFile(Path file, String message, String expected) {
        report(file.toString(), 0, 0, message, expected);
    }

    private void report(String file, int line, int column, String message, String expected) {
        sound = false;
        problems.add(new Problem(file, line, column, message, expected));
    }
}
