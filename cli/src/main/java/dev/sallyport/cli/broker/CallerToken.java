package dev.sallyport.cli.broker;

import dev.sallyport.access.Secret;
import dev.sallyport.cli.CommandFailedException;
import dev.sallyport.cli.ExitCode;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * Finds the OIDC token that says who calls. In this order: the file named on the command line,
 * {@code SALLYPORT_TOKEN}, {@code SALLYPORT_TOKEN_FILE}, GitHub Actions' token service, a projected
 * Kubernetes token, a SPIFFE JWT-SVID file ({@code SPIFFE_JWT_SVID_FILE}). GitLab hands its ID
 * token over in a variable that the job names: name it {@code SALLYPORT_TOKEN}.
 */
public final class CallerToken {
    private static final Path PROJECTED = Path.of("/var/run/secrets/tokens/sallyport");
    private static final int MAX_TOKEN_BYTES = 16 * 1024;
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    private final Map<String, String> environment;
    private final String audience;

    public CallerToken(Map<String, String> environment, String audience) {
        this.environment = Map.copyOf(environment);
        this.audience = audience;
    }

    /** The token in {@code file}. */
    public static Secret read(Path file) {
        try {
            if (Files.size(file) > MAX_TOKEN_BYTES) {
                throw new CommandFailedException(
                        ExitCode.USAGE, "token file " + file + " is larger than 16 KiB");
            }
            String text = Files.readString(file).strip();
            if (text.isEmpty()) {
                throw new CommandFailedException(
                        ExitCode.USAGE, "token file " + file + " is empty");
            }
            return Secret.of(text);
        } catch (IOException e) {
            throw new CommandFailedException(
                    ExitCode.USAGE, "token file " + file + " cannot be read");
        }
    }

    /** The token that the surroundings offer, if any. */
    public Optional<Secret> find() {
        String given = environment.getOrDefault("SALLYPORT_TOKEN", "");
        if (!given.isBlank()) {
            return Optional.of(Secret.of(given.strip()));
        }
        String file = environment.getOrDefault("SALLYPORT_TOKEN_FILE", "");
        if (!file.isBlank()) {
            return Optional.of(read(Path.of(file)));
        }
        String gitHub = environment.getOrDefault("ACTIONS_ID_TOKEN_REQUEST_URL", "");
        if (!gitHub.isBlank()) {
            return Optional.of(fromGitHub(gitHub));
        }
        if (Files.isReadable(PROJECTED)) {
            return Optional.of(read(PROJECTED));
        }
        String svid = environment.getOrDefault("SPIFFE_JWT_SVID_FILE", "");
        return svid.isBlank() ? Optional.empty() : Optional.of(read(Path.of(svid)));
    }

    /** Asks the runner's token service (GitHub docs: "OpenID Connect reference"). */
    private Secret fromGitHub(String url) {
        String separator = url.contains("?") ? "&" : "?";
        String wanted = URLEncoder.encode(audience, StandardCharsets.UTF_8);
        String bearer = environment.getOrDefault("ACTIONS_ID_TOKEN_REQUEST_TOKEN", "");
        var request =
                HttpRequest.newBuilder(URI.create(url + separator + "audience=" + wanted))
                        .header("Authorization", "Bearer " + bearer)
                        .timeout(TIMEOUT)
                        .build();
        try (var client = HttpClient.newBuilder().connectTimeout(TIMEOUT).build()) {
            var answer = client.send(request, BodyHandlers.ofString());
            String value = JsonMapper.shared().readTree(answer.body()).path("value").asString("");
            if (answer.statusCode() != 200 || value.isEmpty()) {
                throw new CommandFailedException(
                        "GitHub's token service answered "
                                + answer.statusCode()
                                + "; does the job have 'permissions: id-token: write'?");
            }
            return Secret.of(value);
        } catch (IOException | JacksonException e) {
            throw new CommandFailedException("GitHub's token service cannot be reached");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CommandFailedException("interrupted");
        }
    }
}
