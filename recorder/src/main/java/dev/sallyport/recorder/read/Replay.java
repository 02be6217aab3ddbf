package dev.sallyport.recorder.read;

import dev.sallyport.recorder.session.CastDecoder;
import dev.sallyport.recorder.session.CastEvent;
import java.io.Flushable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Plays a cast on a viewer's terminal, in time. Only what draws is passed on ({@link
 * TerminalFilter}).
 *
 * @param speed 1 is as it happened, 2 twice as fast
 * @param idleLimit longest pause, before {@code speed} is applied
 */
public record Replay(double speed, Duration idleLimit, Pace pace) {
    // Beyond this a pause would be the end.
    private static final Duration LONGEST_PAUSE = Duration.ofDays(1);

    public Replay {
        if (!(speed > 0) || idleLimit.isNegative()) {
            throw new IllegalArgumentException("speed and idle limit are positive");
        }
    }

    /** As it happened, with pauses of at most two seconds. */
    public static final Replay NORMAL = new Replay(1, Duration.ofSeconds(2), Pace.REAL);

    /**
     * Plays the lines of a cast, header first.
     *
     * @throws InterruptedException when the viewer has enough
     */
    public void play(List<String> cast, Appendable out) throws IOException, InterruptedException {
        Screen screen = new Screen(out);
        List<CastEvent> events = new ArrayList<>();
        CastDecoder decoder = new CastDecoder(events::add);
        long last = 0;
        for (String line : cast.subList(Math.min(1, cast.size()), cast.size())) {
            decoder.line(line.getBytes(StandardCharsets.UTF_8));
            last = draw(events, last, screen, out);
        }
        decoder.finish();
        draw(events, last, screen, out);
    }

    private long draw(List<CastEvent> events, long before, Screen screen, Appendable out)
            throws IOException, InterruptedException {
        long last = before;
        for (CastEvent event : events) {
            pace.await(pause(event.micros() - last));
            last = Math.max(last, event.micros());
            screen.draw(event);
            if (out instanceof Flushable flushable) {
                flushable.flush();
            }
        }
        events.clear();
        return last;
    }

    private Duration pause(long micros) {
        long limit = Math.min(idleLimit.toMillis(), LONGEST_PAUSE.toMillis()) * 1000;
        return Duration.ofNanos((long) (Math.clamp(micros, 0, limit) * 1000 / speed));
    }
}
