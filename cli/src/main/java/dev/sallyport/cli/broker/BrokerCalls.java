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
import java.net.ConnectException;
import java.net.URI;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Calls to the broker whose failures end a verb with the right words and exit code. */
public final class BrokerCalls {
    private static final int UNAUTHORIZED = 401;
    private static final int FORBIDDEN = 403;

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
     * @throws CommandFailedException with exit code 11, 12 or 13; 1 when the broker has no such
     *     thing or cannot answer now
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

    /** The innermost reason that says something: the HTTP client wraps what the socket said. */
    private static String why(BrokerUnreachableException e) {
        String why = "";
        for (Throwable cause = e.getCause(); cause != null; cause = cause.getCause()) {
            if (cause instanceof ConnectException && cause.getMessage() == null) {
                why = "connection refused";
            } else if (cause.getMessage() != null) {
                why = cause.getMessage();
            }
        }
        return why.isEmpty() ? "" : ": " + Text.line(why);
    }

    /** A refusal and a caller without the right are denied; what is missing or broken failed. */
    private static int code(ApiRefusedException e) {
        if (e.isLocked()) {
            return ExitCode.LOCKED;
        }
        boolean isDenied =
                e.status() == UNAUTHORIZED
                        || e.status() == FORBIDDEN
                        || !body(e).path("sallyport").isMissingNode();
        return isDenied ? ExitCode.DENIED : ExitCode.FAILED;
    }

    private static JsonNode body(ApiRefusedException e) {
        try {
            return JsonMapper.shared().readTree(e.body());
        } catch (JacksonException notJson) {
            return JsonMapper.shared().createObjectNode();
        }
    }

    private static CommandFailedException refused(ApiRefusedException e) {
        int code = code(e);
        return new CommandFailedException(code, summary(e) + "\n" + Text.line(e.body().strip()));
    }

    /** The one sentence for people; the JSON line after it is for machines. */
    private static String summary(ApiRefusedException e) {
        JsonNode body = body(e);
        JsonNode refusal = body.path("sallyport");
        String reason =
                refusal.isMissingNode()
                        ? body.path("error").path("message").asString("")
                        : refusal.path("reason").asString("");
        String next = refusal.path("next").asString("");
        String sentence = reason.isEmpty() ? "the broker answered " + e.status() : reason;
        return Text.line(next.isEmpty() ? sentence : sentence + "; next: " + next);
    }
}
