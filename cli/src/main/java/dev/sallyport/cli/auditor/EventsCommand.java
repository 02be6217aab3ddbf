package dev.sallyport.cli.auditor;

import dev.sallyport.cli.ExitCode;
import dev.sallyport.cli.Globals;
import dev.sallyport.cli.responder.FilterOptions;
import dev.sallyport.cli.responder.SessionChoice;
import dev.sallyport.recorder.read.RecordedEvent;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code sallyport events}. */
@Command(
        name = "events",
        mixinStandardHelpOptions = true,
        description = "Print events as JSON Lines, session by session.",
        footer = {
            "",
            "Examples:",
            "  sallyport events --type act.denied --since 24h",
            "  sallyport events --session s-01K... | jq ."
        })
public final class EventsCommand implements Callable<Integer> {
    @Mixin private FilterOptions options = new FilterOptions();

    @Option(
            names = "--type",
            paramLabel = "TYPE",
            description = "Only this type, for example ssh.exec; repeat for more.")
    private List<String> types = new ArrayList<>();

    @Option(names = "--session", paramLabel = "ID", description = "Only this session.")
    private String session = "";

    @Option(names = "--format", paramLabel = "jsonl", description = "jsonl (default).")
    private Format format = Format.jsonl;

    private final Globals globals;

    /** How events are printed. */
    enum Format {
        jsonl
    }

    public EventsCommand(Globals globals) {
        this.globals = globals;
    }

    /** The same as {@code --format jsonl}. */
    @Option(names = "--json", description = "The same as --format jsonl.")
    void asJsonLines(boolean wanted) {
        format = wanted ? Format.jsonl : format;
    }

    @Override
    public Integer call() throws IOException {
        SessionChoice.recordings(globals).events(options.filter(), this::print);
        return ExitCode.DONE;
    }

    private void print(RecordedEvent event) {
        boolean isWanted = types.isEmpty() || types.contains(event.type());
        if (isWanted && (session.isEmpty() || event.text("session").equals(session))) {
            switch (format) {
                case jsonl -> globals.out().println(event.line());
            }
        }
    }
}
