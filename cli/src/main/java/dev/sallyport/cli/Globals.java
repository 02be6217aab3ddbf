package dev.sallyport.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** Options of every verb, which may stand before or after it, and where output goes. */
@Command(
        name = "sallyport",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        description = "The guarded door between AI agents and your shells, databases and clusters.")
public final class Globals implements Runnable {
    @Option(
            names = "--data",
            paramLabel = "DIR",
            scope = ScopeType.INHERIT,
            description =
                    "Data directory of this node (default: the configuration's, else ./data).")
    private @Nullable Path data;

    @Option(
            names = "--config",
            paramLabel = "FILE",
            scope = ScopeType.INHERIT,
            description = "Configuration file (default: ./sallyport.yaml, if it exists).")
    private @Nullable Path config;

    @Spec private @Nullable CommandSpec spec;

    private final PrintWriter out;
    private final PrintWriter err;

    Globals(PrintWriter out, PrintWriter err) {
        this.out = out;
        this.err = err;
    }

    /** Where results go. */
    public PrintWriter out() {
        return out;
    }

    /** Where everything else goes. */
    public PrintWriter err() {
        return err;
    }

    /** The configuration file that holds: the one named, or {@code ./sallyport.yaml}. */
    public Path config() {
        return config == null ? Path.of("sallyport.yaml") : config;
    }

    /** True when the caller named a configuration file, which then must exist. */
    public boolean namesConfig() {
        return config != null;
    }

    /** True when the caller named a data directory, which then wins over the configuration. */
    public boolean namesData() {
        return data != null;
    }

    /** The data directory named, else {@code fallback}. */
    public Path dataOr(Path fallback) {
        return data == null ? fallback : data;
    }

    @Override
    public void run() {
        if (spec != null) {
            throw new ParameterException(
                    spec.commandLine(), "no verb given; see 'sallyport --help'");
        }
    }
}
