package dev.sallyport.cli.broker;

import dev.sallyport.access.Secret;
import dev.sallyport.access.port.BrokerUnreachableException;
import dev.sallyport.broker.client.ApiRefusedException;
import dev.sallyport.broker.client.BrokerClient;
import dev.sallyport.broker.client.BrokerTrust;
import dev.sallyport.cli.CommandFailedException;
import dev.sallyport.cli.ExitCode;
import dev.sallyport.cli.Text;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Calls to the broker whose failures end a verb with the right words and exit code. */
public final class BrokerCalls {
    private BrokerCalls() {}

    /** One call. */
    @FunctionalInterface
    public interface Call<T> {
        T make() throws ApiRefusedException;
    }

    /** One call without a result. */
    @FunctionalInterface
    public interface Step {
        void make() throws ApiRefusedException;
    }

    static BrokerClient open(URI broker, Path authority, Secret bearer) {
        try {
            return new BrokerClient(broker, BrokerTrust.ofFile(authority), () -> bearer);
        } catch (IOException | GeneralSecurityException e) {
            throw new CommandFailedException(
                    ExitCode.USAGE, "the broker's authority in " + authority + " cannot be read");
        }
    }

    static BrokerClient open(Path socket, Secret bearer) {
        return new BrokerClient(socket, () -> bearer);
    }

    /**
     * Makes {@code call}.
     *
     * @throws CommandFailedException with exit code 11, 12 or 13
     */
    public static <T> T call(Call<T> call) {
        try {
            return call.make();
        } catch (ApiRefusedException e) {
            throw refused(e);
        } catch (BrokerUnreachableException e) {
            throw new CommandFailedException(
                    ExitCode.UNREACHABLE, String.valueOf(e.getMessage()) + why(e));
        }
    }

    /** Like {@link #call} for a call without a result. */
    public static void step(Step step) {
        call(() -> {
            step.make();
            return Boolean.TRUE;
        });
    }

    private static String why(BrokerUnreachableException e) {
        Throwable cause = e.getCause();
        return cause == null || cause.getMessage() == null
                ? ""
                : " (" + Text.line(cause.getMessage()) + ")";
    }

    private static CommandFailedException refused(ApiRefusedException e) {
        int code = e.isLocked() ? ExitCode.LOCKED : ExitCode.DENIED;
        return new CommandFailedException(code, summary(e) + "\n" + Text.line(e.body().strip()));
    }

    /** The one sentence for people; the JSON line after it is for machines. */
    private static String summary(ApiRefusedException e) {
        try {
            JsonNode body = JsonMapper.shared().readTree(e.body());
            JsonNode refusal = body.path("sallyport");
            String reason =
                    refusal.isMissingNode()
                            ? body.path("error").path("message").asString("")
                            : refusal.path("reason").asString("");
            String next = refusal.path("next").asString("");
            String sentence = reason.isEmpty() ? "the broker answered " + e.status() : reason;
            return Text.line(next.isEmpty() ? sentence : sentence + "; next: " + next);
        } catch (JacksonException notJson) {
            return "the broker answered " + e.status();
        }
    }
}
