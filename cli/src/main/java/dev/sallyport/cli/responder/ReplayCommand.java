package dev.sallyport.cli.responder;

import dev.sallyport.cli.CommandFailedException;
import dev.sallyport.cli.ExitCode;
import dev.sallyport.cli.Globals;
import dev.sallyport.recorder.read.Pace;
import dev.sallyport.recorder.read.Recordings;
import dev.sallyport.recorder.read.Replay;
import dev.sallyport.recorder.read.SessionSummary;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code sallyport replay}. */
@Command(
        name = "replay",
        mixinStandardHelpOptions = true,
        description = {
            "Play a session in this terminal. Only what draws is passed on: a recording cannot act",
            "on your terminal."
        },
        footer = {
            "",
            "Examples:",
            "  sallyport replay latest",
            "  sallyport replay s-01K... --speed 4"
        })
public final class ReplayCommand implements Callable<Integer> {
    @Parameters(paramLabel = "SESSION", description = "Its id, a beginning of it, or 'latest'.")
    private String id = "";

    @Option(names = "--speed", paramLabel = "N", description = "2 is twice as fast (default 1).")
    private double speed = 1;

    @Option(
            names = "--idle-limit",
            paramLabel = "SECONDS",
            description = "Longest pause (default 2).")
    private double idleLimit = 2;

    @Option(names = "--channel", paramLabel = "N", description = "Which channel (default 0).")
    private int channel;

    private final Globals globals;

    public ReplayCommand(Globals globals) {
        this.globals = globals;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (!(speed > 0) || !(idleLimit >= 0)) {
            throw new CommandFailedException(
                    ExitCode.USAGE, "--speed and --idle-limit are positive");
        }
        Recordings recordings = SessionChoice.recordings(globals);
        SessionSummary session = SessionChoice.session(recordings, id);
        Duration idle = Duration.ofMillis(Math.round(idleLimit * 1000));
        Pace pace =
                pause -> {
                    globals.out().flush();
                    Pace.REAL.await(pause);
                };
        new Replay(speed, idle, pace)
                .play(
                        recordings.castLines(session, SessionChoice.cast(session, channel)),
                        globals.out());
        globals.out().println();
        return ExitCode.DONE;
    }
}
