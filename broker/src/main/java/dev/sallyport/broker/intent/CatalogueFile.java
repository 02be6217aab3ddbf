package dev.sallyport.broker.intent;

import dev.sallyport.access.Target;
import dev.sallyport.access.yaml.Mapping;
import dev.sallyport.access.yaml.Node;
import dev.sallyport.access.yaml.Problems;
import dev.sallyport.access.yaml.Sequence;
import dev.sallyport.access.yaml.YamlFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;

/**
 * Reads {@code intents.yaml}: one intent for each document, or a list of them. Every mistake is
 * reported with its place; with any, the catalogue MUST NOT be used.
 */
public final class CatalogueFile {
    /** The file's name in the policy directory. */
    public static final String NAME = "intents.yaml";

    /** More intents than anybody can review. */
    private static final int MAX_INTENTS = 1000;

    private CatalogueFile() {}

    /**
     * Reads the catalogue of a policy directory.
     *
     * @param targets every target that is configured; an intent that names another is a mistake.
     *     Empty = names are not checked (a policy directory on its own)
     */
    public static Catalogue load(Path directory, Set<Target> targets, Problems problems) {
        Path file = directory.resolve(NAME);
        var reader = new IntentReader(targets, problems);
        var intents = new ArrayList<Intent>();
        var names = new HashSet<String>();
        for (Mapping mapping : mappings(directory, problems)) {
            Intent intent = reader.read(mapping).orElse(null);
            if (intent == null) {
                continue;
            }
            if (!names.add(intent.name())) {
                mapping.problemAtKey("intent", "this intent exists twice", "a name of its own");
            } else if (intents.size() < MAX_INTENTS) {
                intents.add(intent);
            } else {
                mapping.problem("too many intents", "at most " + MAX_INTENTS);
            }
        }
        return new Catalogue(intents, version(file));
    }

    /** The catalogue as it is written, intent by intent: for whoever has to point into it. */
    public static List<Mapping> mappings(Path directory, Problems problems) {
        var mappings = new ArrayList<Mapping>();
        for (Node document : YamlFile.readAll(directory.resolve(NAME), problems)) {
            switch (document) {
                case Mapping mapping -> mappings.add(mapping);
                case Sequence list -> mappings.addAll(list.mappings());
                case dev.sallyport.access.yaml.Scalar scalar ->
                        scalar.problem("this is no intent", "intent: NAME, …");
            }
        }
        return mappings;
    }

    private static String version(Path file) {
        try {
            return HexFormat.of()
                    .formatHex(
                            MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file)));
        } catch (IOException e) {
            // The reader has reported that the file cannot be read.
            return "unreadable";
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
