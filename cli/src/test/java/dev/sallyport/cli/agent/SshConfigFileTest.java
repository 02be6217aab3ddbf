package dev.sallyport.cli.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What stock {@code ssh -G} understands of the file. */
final class SshConfigFileTest {
    @TempDir private Path temporary;

    @Test
    void stockSshReadsEverythingThatItNeeds() throws Exception {
        // Given
        Path directory = Files.createDirectory(temporary.resolve("a grant"));
        var file = new SshConfigFile(directory, "proxy.example", 2222, "sallyport");
        // When
        String text = file.render(List.of(new SshConfigFile.Entry("batch-1", "report", List.of())));
        String understood = understood(text, "batch-1");
        // Then
        assertThat(understood.lines())
                .contains(
                        "hostname proxy.example",
                        "port 2222",
                        "user report@batch-1",
                        "hostkeyalias sallyport",
                        "stricthostkeychecking true",
                        "identitiesonly yes",
                        "updatehostkeys false",
                        "preferredauthentications publickey",
                        "identityfile " + directory.resolve("id_ed25519"),
                        "certificatefile " + directory.resolve("id_ed25519-cert.pub"),
                        "userknownhostsfile " + directory.resolve("known_hosts"),
                        "forwardagent no",
                        "forwardx11 no");
    }

    @Test
    void twoLoginsOnOneTargetGetTwoNames() throws Exception {
        // Given
        var file = new SshConfigFile(temporary, "127.0.0.1", 22, "sallyport");
        // When
        String text =
                file.render(
                        List.of(
                                new SshConfigFile.Entry("batch-1", "report", List.of()),
                                new SshConfigFile.Entry("batch-1", "deploy", List.of()),
                                new SshConfigFile.Entry("batch-1", "deploy", List.of())));
        // Then
        assertThat(understood(text, "batch-1")).contains("user report@batch-1\n");
        assertThat(understood(text, "batch-1-deploy")).contains("user deploy@batch-1\n");
        assertThat(text.lines().filter(line -> line.startsWith("Host "))).hasSize(2);
    }

    @Test
    void onlyTheVariablesOfTheScopeAreSent() throws Exception {
        // Given
        var file = new SshConfigFile(temporary, "127.0.0.1", 22, "sallyport");
        // When
        String text =
                file.render(
                        List.of(
                                new SshConfigFile.Entry(
                                        "batch-1", "report", List.of("LANG", "LC_*"))));
        // Then
        assertThat(understood(text, "batch-1").lines()).contains("sendenv LANG", "sendenv LC_*");
    }

    private String understood(String text, String host) throws IOException, InterruptedException {
        Path config = Files.writeString(temporary.resolve("ssh_config"), text);
        Process ssh =
                new ProcessBuilder("ssh", "-G", "-F", config.toString(), host)
                        .redirectErrorStream(true)
                        .start();
        ssh.getOutputStream().close();
        String output = new String(ssh.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(ssh.waitFor()).as(output).isZero();
        return output;
    }
}
