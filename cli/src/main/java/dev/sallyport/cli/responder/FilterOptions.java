package dev.sallyport.cli.responder;

import dev.sallyport.access.yaml.Quantities;
import dev.sallyport.cli.CommandFailedException;
import dev.sallyport.cli.ExitCode;
import dev.sallyport.recorder.read.RecordFilter;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import picocli.CommandLine.Option;

/** Which sessions or events: options shared by {@code sessions} and {@code events}. */
public final class FilterOptions {
    @Option(names = "--agent", paramLabel = "ID", description = "Of this agent.")
    private String agent = "";

    @Option(names = "--target", paramLabel = "PROTOCOL:NAME", description = "ssh:… or db:…")
    private String target = "";

    @Option(names = "--intent", paramLabel = "NAME", description = "Under this intent.")
    private String intent = "";

    @Option(names = "--grant", paramLabel = "ID", description = "Under this grant.")
    private String grant = "";

    @Option(
            names = "--since",
            paramLabel = "TIME",
            description = "From this time on: RFC 3339, or a duration ago such as 2h.")
    private String since = "";

    @Option(names = "--until", paramLabel = "TIME", description = "Before this time.")
    private String until = "";

    @Option(
            names = "--verdict",
            paramLabel = "WORD",
            description = "With an act that was allowed, masked, held or denied: allow, mask, …")
    private String verdict = "";

    /** The filter that these options mean. */
    public RecordFilter filter() {
        return RecordFilter.ANY
                .withAgent(agent)
                .withTarget(target)
                .withIntent(intent)
                .withGrant(grant)
                .within(time(since, Instant.MIN), time(until, Instant.MAX))
                .withVerdict(verdict);
    }

    private static Instant time(String text, Instant fallback) {
        if (text.isEmpty()) {
            return fallback;
        }
        try {
            return Quantities.duration(text)
                    .map(ago -> Instant.now().minus(ago))
                    .orElseGet(() -> Instant.parse(text));
        } catch (DateTimeParseException e) {
            throw new CommandFailedException(
                    ExitCode.USAGE,
                    "'" + text + "' is neither a time like 2026-11-23T10:00:00Z nor a duration");
        }
    }
}
