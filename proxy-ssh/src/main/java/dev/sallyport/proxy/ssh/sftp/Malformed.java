package dev.sallyport.proxy.ssh.sftp;

import dev.sallyport.access.Refusal;
import dev.sallyport.access.act.SshAct;
import java.util.List;

/** What happens with bytes that cannot be understood. Stateless. */
final class Malformed {
    private Malformed() {}

    /** An act that nobody may do: it is recorded as denied, and the channel ends in any case. */
    static StreamActs.Piece ends(String what) {
        return new StreamActs.Piece.Ask(
                List.of(new SshAct.Unknown(what)),
                no ->
                        List.of(
                                new StreamActs.Piece.End(
                                        no.orElseGet(() -> Refusal.deny("protocol", what)))));
    }
}
