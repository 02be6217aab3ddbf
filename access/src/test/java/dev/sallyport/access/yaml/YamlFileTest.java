package dev.sallyport.access.yaml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class YamlFileTest {
    private static final String GOOD =
            """
            # the line that works
            cluster: acme
            ttl: 1h30m
            size: 20MB
            port: 8443
            strict: true
            empty:
            hosts: [a, "b", 'c']
            listen: { ssh: 127.0.0.1:2222 }
            targets:
              batch-1: { ssh: "127.0.0.1:2200" }
            """;

    @TempDir private Path directory;
    private final Problems problems = new Problems();

    @Test
    void readsEachKindOfValue() {
        // When
        Mapping root = mapping(GOOD);

        // Then
        assertThat(root.text("cluster")).isEqualTo("acme");
        assertThat(root.duration("ttl")).isEqualTo(Duration.ofMinutes(90));
        assertThat(root.size("size")).isEqualTo(20_000_000);
        assertThat(root.integer("port", 1, 65_535)).isEqualTo(8443);
        assertThat(root.bool("strict")).isTrue();
        assertThat(root.optionalText("empty")).isEmpty();
        assertThat(root.text("empty", "none")).isEqualTo("none");
        assertThat(root.texts("hosts")).containsExactly("a", "b", "c");
        assertThat(root.textMap("listen")).containsEntry("ssh", "127.0.0.1:2222");
        assertThat(root.mapping("targets").mapping("batch-1").text("ssh"))
                .isEqualTo("127.0.0.1:2200");
        assertThat(problems.all()).isEmpty();
    }

    @Test
    void knowsWhereEverythingStands() {
        Mapping root = mapping(GOOD);

        assertThat(root.keyPlace("ttl")).isEqualTo(new Place("f.yaml", 3, 1));
        assertThat(root.find("ttl").orElseThrow().place()).isEqualTo(new Place("f.yaml", 3, 6));
        assertThat(root.mapping("targets").mapping("batch-1").keyPlace("ssh"))
                .isEqualTo(new Place("f.yaml", 11, 14));
    }

    @Test
    void tellsAllMistakesAtOnce() {
        // Given
        Mapping root =
                mapping("ttl: soon\nsize: 3 apples\nport: 0\nstrict: yes\nhosts: a\nclutser: x\n");

        // When
        root.text("cluster");
        root.duration("ttl");
        root.size("size");
        root.integer("port", 1, 65_535);
        root.bool("strict");
        root.texts("hosts");
        root.refuseUnknown("cluster", "ttl", "size", "port", "strict", "hosts");

        // Then
        assertThat(problems.all().stream().map(Problem::toString))
                .containsExactly(
                        "f.yaml:1:1: \"cluster\" is missing; expected text",
                        "f.yaml:1:6: \"soon\" is not a duration; expected for example 90s, 10m or"
                                + " 1h30m",
                        "f.yaml:2:7: \"3 apples\" is not a size; expected for example 512KiB, 20MB"
                                + " or 1GiB",
                        "f.yaml:3:7: \"0\" does not fit; expected a whole number from 1 to 65535",
                        "f.yaml:4:9: \"yes\" is neither; expected true or false",
                        "f.yaml:5:8: \"hosts\" is a value; expected a list",
                        "f.yaml:6:1: unknown key \"clutser\"; did you mean \"cluster\"?");
        assertThatExceptionOfType(InvalidConfigurationException.class)
                .isThrownBy(problems::throwIfAny)
                .satisfies(thrown -> assertThat(thrown.problems()).hasSize(7))
                .withMessageContaining("f.yaml:5:8");
    }

    static Stream<Arguments> refused() {
        return Stream.of(
                Arguments.of("a: &x 1\n", 1, 4, "anchors are not allowed"),
                Arguments.of("a: *x\n", 1, 4, "aliases are not allowed"),
                Arguments.of("a: !!str 1\n", 1, 4, "tags are not allowed"),
                Arguments.of("a: !ruby/object {}\n", 1, 4, "tags are not allowed"),
                Arguments.of("a: 1\nb: 2\na: 3\n", 3, 1, "the key \"a\" is there twice"),
                Arguments.of("<<: {a: 1}\n", 1, 1, "merge keys are not allowed"),
                Arguments.of("? [a]\n: 1\n", 1, 3, "a list stands as a key"),
                Arguments.of("~: 1\n", 1, 1, "the key is empty"),
                Arguments.of("a: 1\n---\nb: 2\n", 3, 1, "there is a second document"),
                Arguments.of("a: [1\n", 2, 1, "syntax: "),
                Arguments.of("a:\n\t- 1\n", 2, 1, "syntax: "),
                Arguments.of("", 1, 1, "the file is empty"),
                Arguments.of("# nothing\n", 1, 1, "the file is empty"),
                Arguments.of("a: \u0007\n", 1, 1, "the text is not YAML"),
                Arguments.of("a: " + "[".repeat(40) + "]".repeat(40), 1, 35, "too many levels"),
                Arguments.of("[".repeat(200_000), 1, 33, "too many levels"));
    }

    @ParameterizedTest
    @MethodSource
    void refused(String text, int line, int column, String message) {
        // When
        YamlFile.parse("f.yaml", text, problems);

        // Then
        assertThat(problems.all()).isNotEmpty();
        Problem first = problems.all().getFirst();
        assertThat(first.message()).startsWith(message);
        assertThat(List.of(first.line(), first.column())).containsExactly(line, column);
    }

    @Test
    void reportsNothingMoreAboutAFileThatCannotBeRead() throws Exception {
        // Given
        Path binary = Files.write(directory.resolve("b.yaml"), new byte[] {'a', ':', (byte) 0xff});
        Path large = Files.write(directory.resolve("l.yaml"), new byte[YamlFile.MAX_BYTES + 1]);
        Path missing = directory.resolve("m.yaml");

        // When
        for (Path file : List.of(binary, large, missing)) {
            ((Mapping) YamlFile.read(file, problems)).text("cluster");
        }

        // Then
        assertThat(problems.all().stream().map(Problem::message))
                .containsExactly(
                        "the file is not text", "the file is too large", "there is no such file");
    }

    @Test
    void readsSeveralDocuments() throws Exception {
        Path file = Files.writeString(directory.resolve("i.yaml"), "a: 1\n---\na: 2\n");

        List<Node> documents = YamlFile.readAll(file, problems);

        assertThat(documents).hasSize(2);
        assertThat(documents.get(1).line()).isEqualTo(3);
        assertThat(problems.all()).isEmpty();
    }

    @Test
    void quotedWordsAreText() {
        Mapping root = mapping("a: \"null\"\nb: \"true\"\nc: '5'\n");

        assertThat(root.text("a")).isEqualTo("null");
        assertThat(root.optionalBool("b")).isEmpty();
        assertThat(root.optionalInteger("c", 0, 9)).isEmpty();
        assertThat(problems.all()).hasSize(2);
    }

    @Test
    void keepsNoMoreProblemsThanAnybodyReads() {
        for (int i = 0; i < 1000; i++) {
            problems.add("f.yaml", i, 1, "wrong", "");
        }

        assertThat(problems.all()).hasSize(200);
    }

    @Test
    void raisesNothingOnMutatedText() {
        var random = new Random(6);

        for (int round = 0; round < 2000; round++) {
            var text = new StringBuilder(GOOD);
            for (int i = 0; i < 3; i++) {
                text.setCharAt(
                        random.nextInt(text.length()),
                        "{}[]&*!|>'\"%@`,:#-?\t\n\0\ud800".charAt(random.nextInt(22)));
            }
            Node node = YamlFile.parse("f.yaml", text.toString(), new Problems());
            assertThat(node.line()).isPositive();
        }
    }

    private Mapping mapping(String text) {
        return (Mapping) YamlFile.parse("f.yaml", text, problems);
    }
}
