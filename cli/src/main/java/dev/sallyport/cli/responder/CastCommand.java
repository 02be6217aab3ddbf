package dev.sallyport.cli.responder;

import dev.sallyport.cli.CommandFailedException;
import dev.sallyport.cli.ExitCode;
import dev.sallyport.cli.Globals;
import dev.sallyport.recorder.read.CastExport;
import dev.sallyport.recorder.read.Recordings;
import dev.sallyport.recorder.read.SessionSummary;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code sallyport cast}. */
@Command(
        name = "cast",
        mixinStandardHelpOptions = true,
        description = "Export a channel of a session as an asciicast for asciinema or its player.",
        footer = {
            "",
            "Example:",
            "  sallyport cast latest -o session.cast && asciinema play session.cast"
        })
public final class CastCommand implements Callable<Integer> {
    @Parameters(paramLabel = "SESSION", description = "Its id, a beginning of it, or 'latest'.")
    private String id = "";

    @Option(names = "--channel", paramLabel = "N", description = "Which channel (default 0).")
    private int channel;

    @Option(names = "--format", paramLabel = "2|3", description = "asciicast version (default 2).")
    private int format = 2;

    @Option(names = "-o", paramLabel = "FILE", description = "Write here and not to the terminal.")
    private @Nullable Path output;

    private final Globals globals;

    public CastCommand(Globals globals) {
        this.globals = globals;
    }

    @Override
    public Integer call() throws IOException {
        if (format != 2 && format != 3) {
            throw new CommandFailedException(ExitCode.USAGE, "--format is 2 or 3");
        }
        Recordings recordings = SessionChoice.recordings(globals);
        SessionSummary session = SessionChoice.session(recordings, id);
        List<String> lines = recordings.castLines(session, SessionChoice.cast(session, channel));
        if (output == null) {
            write(lines, globals.out());
        } else {
            try (Writer writer = Files.newBufferedWriter(output)) {
                write(lines, writer);
            }
        }
        return ExitCode.DONE;
    }

    private void write(List<String> lines, Writer out) throws IOException {
        if (format == 3) {
            CastExport.toVersion3(lines, out);
            return;
        }
        for (String line : lines) {
            out.write(line);
            out.write('\n');
        }
    }
}
