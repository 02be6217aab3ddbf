package dev.sallyport.proxy.ssh;

import java.util.Arrays;
import org.apache.sshd.common.channel.RequestHandler;
import org.apache.sshd.common.session.ConnectionService;
import org.apache.sshd.common.session.Session;
import org.apache.sshd.common.util.buffer.Buffer;

/** Hands an agent's global requests (RFC 4254 §4) to its bridge, which answers them in order. */
enum AgentGlobals implements RequestHandler<ConnectionService> {
    INSTANCE;

    @Override
    public Result process(
            ConnectionService service, String request, boolean wantReply, Buffer buffer) {
        Session session = service.getSession();
        byte[] payload =
                Arrays.copyOfRange(
                        buffer.array(), buffer.rpos(), buffer.rpos() + buffer.available());
        SshBridge.of(session)
                .ifPresentOrElse(
                        bridge -> bridge.globals().arrived(request, wantReply, payload),
                        () -> session.close(true));
        return Result.Replied;
    }
}
