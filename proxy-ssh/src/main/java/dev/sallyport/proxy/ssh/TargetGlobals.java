package dev.sallyport.proxy.ssh;

import org.apache.sshd.common.channel.RequestHandler;
import org.apache.sshd.common.session.ConnectionService;
import org.apache.sshd.common.util.buffer.Buffer;

/**
 * Global requests of targets: none is for the agent. {@code hostkeys-00@openssh.com} would teach it
 * keys that are not the proxy's, and a keep-alive is answered by the answer.
 */
enum TargetGlobals implements RequestHandler<ConnectionService> {
    INSTANCE;

    @Override
    public Result process(
            ConnectionService service, String request, boolean wantReply, Buffer buffer) {
        return Result.ReplyFailure;
    }
}
