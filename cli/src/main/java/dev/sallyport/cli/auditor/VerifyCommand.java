package dev.sallyport.cli.auditor;

import dev.sallyport.cli.CommandFailedException;
import dev.sallyport.cli.Globals;
import dev.sallyport.cli.service.LocalConfiguration;
import dev.sallyport.recorder.log.VerifierKey;
import dev.sallyport.recorder.verify.Verifier;
import dev.sallyport.recorder.verify.VerifyOptions;
import dev.sallyport.recorder.verify.VerifyReport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code sallyport verify}. */
@Command(
        name = "verify",
        mixinStandardHelpOptions = true,
        description = {
            "Prove offline that the record is complete and unchanged: every leaf, tile,"
                    + " checkpoint,",
            "session and byte is recomputed. Checkpoints remembered elsewhere (--known) expose a",
            "rollback or a fork, which no record can expose by itself."
        },
        exitCodeList = {
            "0:sound",
            "1:integrity failure",
            "2:incomplete, or wrong usage",
            "3:not verifiable: no record, or no key that is trusted"
        },
        footer = {
            "",
            "Examples:",
            "  sallyport --data DIR verify",
            "  sallyport verify /mnt/copy/record --key node-1.vkey --known receipts/a.tlog-proof",
            "  sallyport verify --json"
        })
public final class VerifyCommand implements Callable<Integer> {
    /** As {@link VerifyReport#exitCode} has it. */
    private static final int NOT_VERIFIABLE = 3;

    @Parameters(
            arity = "0..1",
            paramLabel = "RECORD",
            description = "The record's directory (default: the data directory's).")
    private @Nullable Path record;

    @Option(
            names = "--known",
            paramLabel = "FILE",
            description = "Checkpoints remembered elsewhere: notes or .tlog-proof receipts.")
    private List<Path> known = new ArrayList<>();

    @Option(
            names = "--key",
            paramLabel = "FILE",
            description = {
                "A trusted log key (vkey). Without one, a node's own data directory is checked"
                        + " with",
                "keys/log.vkey of it, and any other record's own key is believed."
            })
    private List<Path> keys = new ArrayList<>();

    @Option(
            names = "--believe",
            description = "Without --key: believe the record's own key, and say so.")
    private boolean believe;

    @Option(names = "--strict", description = "What is still open counts as incomplete.")
    private boolean strict;

    @Option(
            names = "--fresh-within",
            paramLabel = "SECONDS",
            description = "The newest heartbeat must not be older.")
    private long freshWithin;

    @Option(names = "--json", description = "Print the report as JSON.")
    private boolean json;

    private final Globals globals;

    public VerifyCommand(Globals globals) {
        this.globals = globals;
    }

    @Override
    public Integer call() {
        Path root = record == null ? LocalConfiguration.dataDirectory(globals).record() : record;
        if (!Files.isDirectory(root)) {
            throw new CommandFailedException(NOT_VERIFIABLE, "there is no record in " + root);
        }
        var options = new VerifyOptions(trusted(), known, strict, Duration.ofSeconds(freshWithin));
        VerifyReport report = new Verifier(Clock.systemUTC()).verify(root, options);
        globals.out().println(json ? report.json() : report.text().stripTrailing());
        return report.exitCode();
    }

    /** What the node keeps beside its record counts more than what lies within it. */
    private List<VerifierKey> trusted() {
        if (keys.isEmpty() && record == null && !believe) {
            Path pinned = LocalConfiguration.dataDirectory(globals).logVerifierKey();
            if (!Files.isReadable(pinned)) {
                throw new CommandFailedException(
                        NOT_VERIFIABLE,
                        pinned
                                + " is missing or not readable; name a trusted key with --key, or"
                                + " --believe the record's own");
            }
            return List.of(key(pinned));
        }
        return keys.stream().map(VerifyCommand::key).toList();
    }

    private static VerifierKey key(Path file) {
        try {
            return VerifierKey.parse(Files.readString(file).strip());
        } catch (IOException | IllegalArgumentException e) {
            throw new CommandFailedException(NOT_VERIFIABLE, file + " is not a log's public key");
        }
    }
}
