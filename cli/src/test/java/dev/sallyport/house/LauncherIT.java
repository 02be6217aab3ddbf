package dev.sallyport.house;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.access.fake.Attack;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Starts the real launcher on an installed layout with a stand-in for the command. */
final class LauncherIT {
    private static final Path LAUNCHER = Checkout.here().root().resolve("bin");
    private static final long LONGEST_START_SECONDS = 60;

    @TempDir Path temporary;

    private Path home;

    @BeforeEach
    void install() throws IOException {
        home = temporary.resolve("installed folder");
        Files.createDirectories(home.resolve("bin"));
        Files.createDirectories(home.resolve("app"));
        Files.createDirectories(home.resolve("lib"));
        for (String script : List.of("sallyport", "jdk.sh")) {
            Files.copy(LAUNCHER.resolve(script), home.resolve("bin").resolve(script));
        }
        release("first");
    }

    @Test
    void runsTheNewClassesAfterAJarHasChanged() throws Exception {
        // Given a start that leaves an archive and one that uses it
        assertThat(start("sessions")).isEqualTo("first [sessions]");
        assertThat(temporary.resolve("cache/sallyport")).isNotEmptyDirectory();
        assertThat(start("sessions")).isEqualTo("first [sessions]");
        // When
        release("second");
        // Then
        assertThat(start("sessions")).isEqualTo("second [sessions]");
        assertThat(start("sessions")).isEqualTo("second [sessions]");
    }

    @Test
    void keepsTheArchiveWhereOnlyTheUserCanWrite() throws Exception {
        // When
        start("sessions");
        // Then
        assertThat(Files.getPosixFilePermissions(temporary.resolve("cache/sallyport")))
                .allMatch(permission -> permission.name().startsWith("OWNER_"));
    }

    @Test
    void makesNoArchiveForServers() throws Exception {
        // When
        String output = start("--data", "verify", "up");
        // Then
        assertThat(output).isEqualTo("first [--data, verify, up]");
        assertThat(temporary.resolve("cache/sallyport")).doesNotExist();
    }

    @Test
    @Attack(18)
    void worksThroughALinkAndWithArgumentsThatHoldSpaces() throws Exception {
        // Given
        Path link = temporary.resolve("sallyport");
        Files.createSymbolicLink(link, Path.of("installed folder/bin/sallyport"));
        // When
        String output = run(link.toString(), "request", "--reason", "two words; $HOME *");
        // Then
        assertThat(output).isEqualTo("first [request, --reason, two words; $HOME *]");
    }

    private String start(String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(arguments));
        command.addFirst(home.resolve("bin/sallyport").toString());
        return run(command.toArray(String[]::new));
    }

    private String run(String... command) throws Exception {
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.directory(temporary.toFile());
        builder.environment().put("XDG_CACHE_HOME", temporary.resolve("cache").toString());
        builder.environment().put("SALLYPORT_JAVA_HOME", System.getProperty("java.home"));
        Process process = builder.start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(LONGEST_START_SECONDS, TimeUnit.SECONDS)).isTrue();
        return output.strip();
    }

    /** Puts a command in place that prints its version and arguments. */
    private void release(String version) throws IOException {
        Path source = Files.createDirectories(temporary.resolve(version)).resolve("Main.java");
        Files.writeString(
                source,
                """
                package dev.sallyport.cli;
                public final class Main {
                    public static void main(String[] arguments) {
                        System.out.println("%s " + java.util.Arrays.asList(arguments));
                    }
                }
                """
                        .formatted(version));
        int failed =
                ToolProvider.getSystemJavaCompiler()
                        .run(
                                InputStream.nullInputStream(),
                                OutputStream.nullOutputStream(),
                                OutputStream.nullOutputStream(),
                                "-d",
                                temporary.resolve(version).toString(),
                                source.toString());
        assertThat(failed).isZero();
        Path jar = home.resolve("app/sallyport-cli-0.1.0.jar");
        try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar))) {
            out.putNextEntry(new JarEntry("dev/sallyport/cli/Main.class"));
            Files.copy(temporary.resolve(version + "/dev/sallyport/cli/Main.class"), out);
        }
    }
}
