package dev.sallyport.cli.agent;

import dev.sallyport.broker.api.ApiBody;
import dev.sallyport.cli.ExitCode;
import dev.sallyport.cli.Globals;
import dev.sallyport.cli.Json;
import dev.sallyport.cli.Text;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code sallyport request}. */
@Command(
        name = "request",
        mixinStandardHelpOptions = true,
        description = {
            "Say what you intend and get a grant: certificates that live for minutes, in a",
            "directory ($SALLYPORT_HOME/grants/ID, 'latest' links to it) that ssh understands.",
            "While a human is needed it waits as long as --wait says; the same request later on",
            "collects the answer."
        },
        exitCodeList = {
            "0:issued",
            "1:failed",
            "2:wrong usage",
            "10:pending approval",
            "11:denied",
            "12:locked",
            "13:broker unreachable"
        },
        footer = {
            "",
            "Examples:",
            "  sallyport request --intent read-only-billing --param customer=42 \\",
            "      --reason \"invoice question\" --ticket BILL-7",
            "  ssh -F ~/.sallyport/grants/latest/ssh_config batch-1 ..."
        })
public final class RequestCommand implements Callable<Integer> {
    @Mixin private GrantRequest request = new GrantRequest();

    @Option(names = "--json", description = "Print JSON.")
    private boolean json;

    private final Globals globals;

    public RequestCommand(Globals globals) {
        this.globals = globals;
    }

    @Override
    public Integer call() throws IOException {
        GrantDirectory directory = request.ask(globals);
        ApiBody.GrantView grant = directory.grant();
        if (json) {
            Json.print(
                    globals.out(),
                    Map.of("grant", grant, "directory", directory.path().toString()));
        } else {
            globals.out().println("grant     " + grant.id());
            globals.out().println("ends      " + Text.second(grant.notAfter()));
            globals.out().println("directory " + directory.path());
        }
        return ExitCode.DONE;
    }
}
