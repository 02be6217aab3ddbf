package dev.sallyport.cli.service;

import dev.sallyport.broker.issue.AuthorityKeys;
import dev.sallyport.cli.CommandFailedException;
import dev.sallyport.cli.ExitCode;
import dev.sallyport.cli.Globals;
import dev.sallyport.cli.config.DataDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Clock;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code sallyport ca}: the public halves of the keys that others must trust. */
@Command(
        name = "ca",
        mixinStandardHelpOptions = true,
        description = {
            "Print a public key or certificate that others must trust, or make the keys ahead of"
                    + " the",
            "first start. Private keys never leave the data directory."
        },
        footer = {
            "",
            "Examples:",
            "  sallyport ca init             # make the keys now",
            "  sallyport ca show upstream    # for TrustedUserCAKeys of SSH targets",
            "  sallyport ca show ssh         # signs agents' SSH certificates",
            "  sallyport ca show x509        # signs the broker's and agents' X.509 certificates"
        })
public final class CaCommand implements Callable<Integer> {
    /** What to do. */
    enum Verb {
        init,
        show
    }

    /** Which authority. */
    enum Authority {
        upstream,
        ssh,
        x509
    }

    @Parameters(index = "0", paramLabel = "init|show", description = "What to do.")
    private Verb verb = Verb.show;

    @Parameters(
            index = "1",
            arity = "0..1",
            paramLabel = "upstream|ssh|x509",
            description = "Which authority to show.")
    private Authority authority = Authority.upstream;

    @Option(
            names = "--cluster",
            paramLabel = "NAME",
            description = "Name in a new X.509 authority (default: the configuration's).")
    private String cluster = "";

    private final Globals globals;

    public CaCommand(Globals globals) {
        this.globals = globals;
    }

    @Override
    public Integer call() throws IOException {
        DataDirectory data = LocalConfiguration.dataDirectory(globals);
        if (verb == Verb.show && !Files.isDirectory(data.keys())) {
            throw new CommandFailedException(
                    "no keys in " + data.keys() + "; 'sallyport ca init' makes them");
        }
        AuthorityKeys keys = AuthorityKeys.open(data.keys(), cluster(), Clock.systemUTC());
        globals.out()
                .println(
                        switch (verb) {
                            case init -> "keys are in " + data.keys();
                            case show -> shown(keys).strip();
                        });
        return ExitCode.DONE;
    }

    private String cluster() {
        if (!cluster.isEmpty()) {
            return cluster;
        }
        return Files.isRegularFile(globals.config())
                ? LocalConfiguration.read(globals).cluster()
                : "sallyport";
    }

    private String shown(AuthorityKeys keys) {
        return switch (authority) {
            case upstream -> keys.upstreamCaLine();
            case ssh -> keys.sshCaLine();
            case x509 -> keys.x509CaPem();
        };
    }
}
