package dev.sallyport.proxy.ssh.sftp;

import dev.sallyport.access.Refusal;
import dev.sallyport.access.act.SshAct;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Plays the channel's part: judges what is asked by a set of forbidden paths, keeps the rest. */
final class Played {
    final ByteArrayOutputStream toTarget = new ByteArrayOutputStream();
    final ByteArrayOutputStream toAgent = new ByteArrayOutputStream();
    final List<String> asked = new ArrayList<>();
    final List<Map<String, Object>> notes = new ArrayList<>();
    boolean ended;
    boolean waits;
    private final StreamActs stream;
    private final String forbidden;

    Played(StreamActs stream, String forbidden) {
        this.stream = stream;
        this.forbidden = forbidden;
    }

    /** Bytes from the agent; while some wait, as the channel does, later ones MUST NOT come. */
    void agent(byte[] bytes) {
        run(stream.fromAgent(bytes), true);
    }

    void target(byte[] bytes) {
        run(stream.fromTarget(bytes), false);
    }

    void end() {
        run(stream.end(), true);
    }

    private void run(List<StreamActs.Piece> pieces, boolean fromAgent) {
        for (StreamActs.Piece piece : pieces) {
            if (ended) {
                return;
            }
            switch (piece) {
                case StreamActs.Piece.Pass(byte[] bytes) ->
                        (fromAgent ? toTarget : toAgent).writeBytes(bytes);
                case StreamActs.Piece.Answer(byte[] bytes) ->
                        (fromAgent ? toAgent : toTarget).writeBytes(bytes);
                case StreamActs.Piece.Note(var type, var fields) -> notes.add(fields);
                case StreamActs.Piece.End(var why) -> ended = true;
                case StreamActs.Piece.Wait(var until, var then) -> {
                    waits = true;
                    until.thenRun(() -> {
                        waits = false;
                        run(then.get(), fromAgent);
                    });
                }
                case StreamActs.Piece.GoOn(var waiting) -> waiting.complete(null);
                case StreamActs.Piece.Ask(List<SshAct> acts, var then) ->
                        run(then.apply(judge(acts)), fromAgent);
            }
        }
    }

    private Optional<Refusal> judge(List<SshAct> acts) {
        for (SshAct act : acts) {
            asked.add(act.shown());
            if (act instanceof SshAct.Unknown || act.shown().contains(forbidden)) {
                return Optional.of(Refusal.deny("scope", "not this"));
            }
        }
        return Optional.empty();
    }
}
