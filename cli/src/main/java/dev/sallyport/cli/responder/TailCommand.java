package dev.sallyport.cli.responder;

import dev.sallyport.access.port.Cast.Stream;
import dev.sallyport.cli.ExitCode;
import dev.sallyport.cli.Globals;
import dev.sallyport.recorder.read.Pace;
import dev.sallyport.recorder.read.RecordedEvent;
import dev.sallyport.recorder.read.Recordings;
import dev.sallyport.recorder.read.SessionSummary;
import dev.sallyport.recorder.read.Tail;
import dev.sallyport.recorder.read.TerminalFilter;
import dev.sallyport.recorder.session.CastEvent;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code sallyport tail}. */
@Command(
        name = "tail",
        mixinStandardHelpOptions = true,
        description = {
            "Watch a session: first everything that happened, then what happens, each byte once,",
            "until it ends. Denials and holds are told on standard error."
        },
        footer = {
            "",
            "Examples:",
            "  sallyport tail latest",
            "  sallyport tail s-01K... --raw > out"
        })
public final class TailCommand implements Callable<Integer> {
    @Parameters(paramLabel = "SESSION", description = "Its id, a beginning of it, or 'latest'.")
    private String id = "";

    @Option(names = "--channel", paramLabel = "N", description = "Which channel (default 0).")
    private int channel;

    @Option(
            names = "--raw",
            description = "Standard output's bytes exactly, nothing filtered: not for a terminal.")
    private boolean raw;

    private final Globals globals;

    public TailCommand(Globals globals) {
        this.globals = globals;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        Recordings recordings = SessionChoice.recordings(globals);
        SessionSummary session = SessionChoice.session(recordings, id);
        String stream = channel == 0 ? "term" : "term." + channel;
        try (OutputStream out = new FileOutputStream(FileDescriptor.out)) {
            new Tail(session.directory(), Pace.REAL).follow(new Viewer(stream, out));
        }
        return ExitCode.DONE;
    }

    /** Passes one channel's output on. */
    private final class Viewer implements Tail.Viewer {
        private final String wanted;
        private final OutputStream out;
        private final Map<Stream, TerminalFilter> filters = new EnumMap<>(Stream.class);

        Viewer(String wanted, OutputStream out) {
            this.wanted = wanted;
            this.out = out;
        }

        @Override
        public void event(RecordedEvent event) {
            if (event.type().startsWith("act.")) {
                globals.err().println(event.line());
            }
        }

        @Override
        public void cast(String stream, CastEvent event) throws IOException {
            if (!stream.equals(wanted) || !(event instanceof CastEvent.Bytes bytes)) {
                return;
            }
            if (raw) {
                if (bytes.stream() == Stream.STDOUT) {
                    out.write(bytes.bytes());
                }
            } else if (bytes.stream() != Stream.STDIN) {
                String text = new String(bytes.bytes(), StandardCharsets.UTF_8);
                String drawn =
                        filters.computeIfAbsent(bytes.stream(), any -> new TerminalFilter())
                                .filter(text);
                out.write(drawn.getBytes(StandardCharsets.UTF_8));
            }
            out.flush();
        }
    }
}
