package dev.sallyport.access.yaml;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Reads YAML 1.2 in a subset without traps: no anchors and aliases, tags, merge keys, duplicate
 * keys or keys that are not text; UTF-8, at most 1 MiB, at most 32 levels deep. Stateless.
 */
public final class YamlFile {
    /** Far more than a human writes. */
    public static final int MAX_BYTES = 1 << 20;

    private YamlFile() {}

    /**
     * Reads a file of one document.
     *
     * @return its root; an empty mapping that reports nothing when {@code problems} already says
     *     why it could not be read
     */
    public static Node read(Path file, Problems problems) {
        return contents(file, problems)
                .map(text -> parse(file.toString(), text, problems))
                .orElseGet(() -> nothing(file.toString()));
    }

    /** Reads a file of one or more documents, separated by {@code ---}; empty when it cannot. */
    public static List<Node> readAll(Path file, Problems problems) {
        return contents(file, problems)
                .map(text -> parseAll(file.toString(), text, problems))
                .orElse(List.of());
    }

    /** Like {@link #read}, of text that is already there; {@code name} is its file in messages. */
    public static Node parse(String name, String text, Problems problems) {
        List<Node> documents = parseAll(name, text, problems);
        if (documents.size() > 1) {
            documents.get(1).problem("there is a second document", "one document");
        }
        return documents.isEmpty() ? nothing(name) : documents.getFirst();
    }

    /** Like {@link #readAll}, of text that is already there. */
    public static List<Node> parseAll(String name, String text, Problems problems) {
        return new YamlReader(name, problems).read(text);
    }

    private static Mapping nothing(String name) {
        return Mapping.silent(new Place(name, 1, 1));
    }

    private static Optional<String> contents(Path file, Problems problems) {
        try (var in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(MAX_BYTES + 1);
            if (bytes.length > MAX_BYTES) {
                problems.add(file.toString(), 0, 0, "the file is too large", "at most 1 MiB");
                return Optional.empty();
            }
            return Optional.of(
                    StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString());
        } catch (CharacterCodingException malformed) {
            problems.add(file.toString(), 0, 0, "the file is not text", "UTF-8");
        } catch (NoSuchFileException missing) {
            problems.add(file.toString(), 0, 0, "there is no such file", "");
        } catch (IOException unreadable) {
            problems.add(file.toString(), 0, 0, "the file cannot be read", "a readable file");
        }
        return Optional.empty();
    }
}
