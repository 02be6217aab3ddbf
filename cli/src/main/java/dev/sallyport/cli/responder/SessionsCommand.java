package dev.sallyport.cli.responder;

import dev.sallyport.cli.ExitCode;
import dev.sallyport.cli.Globals;
import dev.sallyport.cli.Json;
import dev.sallyport.cli.Text;
import dev.sallyport.recorder.read.RecordedEvent;
import dev.sallyport.recorder.read.SessionSummary;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code sallyport sessions}. */
@Command(
        name = "sessions",
        mixinStandardHelpOptions = true,
        description = "List recorded sessions, live ones too.",
        footer = {
            "",
            "Examples:",
            "  sallyport sessions --since 2h --verdict deny",
            "  sallyport --data DIR sessions --json"
        })
public final class SessionsCommand implements Callable<Integer> {
    @Mixin private FilterOptions options = new FilterOptions();

    @Option(names = "--json", description = "Print JSON.")
    private boolean json;

    private final Globals globals;

    public SessionsCommand(Globals globals) {
        this.globals = globals;
    }

    @Override
    public Integer call() throws IOException {
        List<SessionSummary> sessions = SessionChoice.recordings(globals).list(options.filter());
        if (json) {
            Json.print(globals.out(), sessions.stream().map(SessionsCommand::view).toList());
        } else {
            Text.table(
                    globals.out(),
                    List.of("SESSION", "OPENED", "AGENT", "TARGET", "INTENT", "VERDICTS", "END"),
                    sessions.stream().map(SessionsCommand::row).toList());
        }
        return ExitCode.DONE;
    }

    private static List<String> row(SessionSummary session) {
        RecordedEvent opened = session.opened();
        return List.of(
                session.id(),
                Text.second(opened.at()),
                opened.text("agent"),
                opened.text("target"),
                opened.text("intent"),
                String.join(",", new TreeSet<>(session.verdicts())),
                session.closed().map(closed -> closed.text("end")).orElse("open"));
    }

    private static Map<String, Object> view(SessionSummary session) {
        RecordedEvent opened = session.opened();
        var view = new LinkedHashMap<String, Object>();
        view.put("session", session.id());
        view.put("opened", opened.at().toString());
        for (String field : List.of("agent", "owner", "run", "target", "intent", "grant")) {
            view.put(field, opened.text(field));
        }
        view.put("verdicts", new TreeSet<>(session.verdicts()));
        view.put("events", session.events());
        view.put("casts", session.casts());
        view.put("end", session.closed().map(closed -> closed.text("end")).orElse("open"));
        return view;
    }
}
