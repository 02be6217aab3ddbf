package dev.sallyport.cli.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What README.md tells a reader to type works, in this order. The commands run in a copy of the
 * repository's root into which this build's classes are installed: the launcher of the checkout
 * itself would build it again, underneath the tests that run.
 */
final class ReadmeIT {
    private static final Path CHECKOUT = Path.of("..");
    private static final Pattern BLOCK = Pattern.compile("(?ms)^```sh\\n(.*?)^```$");
    private static final Pattern KEPT = Pattern.compile("/tmp/sallyport-demo");

    @TempDir private Path directory;

    @Test
    void everyCommandOfTheReadmeWorks() throws Exception {
        // Given
        List<String> commands = commands();
        Path root = install();
        for (String command : commands) {
            // When
            var builder = new ProcessBuilder("sh", "-c", command).directory(root.toFile());
            builder.environment().put("XDG_CACHE_HOME", directory.resolve("cache").toString());
            builder.environment().put("SALLYPORT_JAVA_HOME", System.getProperty("java.home"));
            Ran ran = Ran.toEnd(builder.start(), new byte[0]);
            // Then
            assertThat(ran.exit()).as(command + "\n" + ran.out() + ran.err()).isZero();
        }
        assertThat(commands).hasSizeGreaterThan(5);
    }

    /** Every line of every shell block, but the one that would run these tests again. */
    private List<String> commands() throws IOException {
        var commands = new ArrayList<String>();
        String kept = directory.toRealPath().resolve("kept").toString();
        BLOCK.matcher(Files.readString(CHECKOUT.resolve("README.md")))
                .results()
                .flatMap(block -> block.group(1).lines())
                .filter(line -> !line.isBlank() && !line.startsWith("bin/test"))
                .map(line -> KEPT.matcher(line).replaceAll(kept))
                .forEach(commands::add);
        return commands;
    }

    private Path install() throws IOException {
        Path root = Files.createDirectory(directory.resolve("root"));
        for (String part : List.of("bin", "policy", "examples", "README.md")) {
            copy(CHECKOUT.resolve(part), root.resolve(part));
        }
        Path app = Files.createDirectory(root.resolve("app"));
        Path lib = Files.createDirectory(root.resolve("lib"));
        int number = 0;
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
            Path path = Path.of(entry).toAbsolutePath();
            number++;
            if (Files.isDirectory(path)) {
                pack(path, app.resolve("sallyport-cli-" + number + ".jar"));
            } else if (Files.isRegularFile(path)) {
                boolean own = path.getFileName().toString().startsWith("sallyport-cli-");
                Files.copy(path, (own ? app : lib).resolve(path.getFileName()));
            }
        }
        return root;
    }

    private static void copy(Path from, Path to) throws IOException {
        try (var files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Files.copy(file, to.resolve(from.relativize(file).toString()));
            }
        }
    }

    /** With entries for folders, which those who look for resources by folder need. */
    private static void pack(Path classes, Path jar) throws IOException {
        try (var files = Files.walk(classes);
                var out = new JarOutputStream(Files.newOutputStream(jar))) {
            for (Path file : files.filter(file -> !file.equals(classes)).toList()) {
                boolean isFolder = Files.isDirectory(file);
                String name = classes.relativize(file) + (isFolder ? "/" : "");
                out.putNextEntry(new JarEntry(name));
                if (!isFolder) {
                    Files.copy(file, out);
                }
            }
        }
    }
}
