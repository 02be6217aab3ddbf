package dev.sallyport.proxy.ssh;

import dev.sallyport.access.act.CommandLine;
import dev.sallyport.access.act.SshAct;
import dev.sallyport.proxy.ssh.sftp.ScpStream;
import dev.sallyport.proxy.ssh.sftp.SftpStream;
import dev.sallyport.proxy.ssh.sftp.StreamActs;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.function.Function;
import org.apache.sshd.common.util.buffer.Buffer;
import org.apache.sshd.common.util.buffer.ByteArrayBuffer;

/**
 * Reads protocol bytes as acts (RFC 4254 §6.5 and §7, OpenSSH's PROTOCOL). What cannot be read is
 * {@link SshAct.Unknown}: an act that nobody may do. Stateless.
 */
final class SshActs {
    /** An {@code exec} request's command. */
    SshAct exec(byte[] command) {
        try {
            return CommandLine.read(
                    StandardCharsets.UTF_8
                            .newDecoder()
                            .decode(ByteBuffer.wrap(command))
                            .toString());
        } catch (CharacterCodingException e) {
            return new SshAct.Unknown("a command that is not UTF-8");
        }
    }

    /** A {@code shell} request. */
    SshAct shell(boolean terminal) {
        return new SshAct.Shell(terminal);
    }

    /** A {@code subsystem} request. */
    SshAct subsystem(String name) {
        return new SshAct.Subsystem(name);
    }

    /** A channel that the agent wants to open, other than a session. */
    SshAct channel(String type, byte[] payload) {
        return forward(
                payload,
                buffer ->
                        switch (type) {
                            case "direct-tcpip" -> {
                                String place = destination(buffer.getString(), buffer.getUInt());
                                buffer.getString(); // Where the connection comes from, as the
                                // agent says.
                                buffer.getUInt();
                                yield new SshAct.Forward(SshAct.Forward.Kind.DIRECT_TCPIP, place);
                            }
                            case "direct-streamlocal@openssh.com" -> {
                                String path = buffer.getString();
                                buffer.getString(); // Reserved.
                                buffer.getUInt();
                                yield new SshAct.Forward(
                                        SshAct.Forward.Kind.DIRECT_STREAMLOCAL, path);
                            }
                            default -> new SshAct.Unknown("channel type " + Wire.printable(type));
                        });
    }

    /** A global request that asks the target to listen. */
    SshAct listen(String type, byte[] payload) {
        return forward(
                payload,
                buffer ->
                        switch (type) {
                            case "tcpip-forward" ->
                                    new SshAct.Forward(
                                            SshAct.Forward.Kind.TCPIP_FORWARD,
                                            destination(buffer.getString(), buffer.getUInt()));
                            case "streamlocal-forward@openssh.com" ->
                                    new SshAct.Forward(
                                            SshAct.Forward.Kind.STREAMLOCAL_FORWARD,
                                            buffer.getString());
                            default -> new SshAct.Unknown("request " + Wire.printable(type));
                        });
    }

    /** What is read is all that is passed on, so nothing may follow it. */
    private static SshAct forward(byte[] payload, Function<Buffer, SshAct> reader) {
        var buffer = new ByteArrayBuffer(payload);
        try {
            SshAct act = reader.apply(buffer);
            return act instanceof SshAct.Forward && buffer.available() > 0
                    ? new SshAct.Unknown("bytes behind a request to forward")
                    : act;
        } catch (RuntimeException e) {
            return new SshAct.Unknown("a malformed request to forward");
        }
    }

    /** Agent forwarding. */
    SshAct agentForwarding() {
        return new SshAct.Forward(SshAct.Forward.Kind.AGENT, "");
    }

    /** X11 forwarding. */
    SshAct x11() {
        return new SshAct.Forward(SshAct.Forward.Kind.X11, "");
    }

    /** How to read the bytes of the program that {@code act} starts. */
    StreamActs stream(SshAct act, String login) {
        if (act instanceof SshAct.Subsystem subsystem && subsystem.name().equals("sftp")) {
            return new SftpStream(login);
        }
        return act instanceof SshAct.Exec exec
                ? ScpStream.of(exec.argv()).orElse(StreamActs.OPAQUE)
                : StreamActs.OPAQUE;
    }

    private static String destination(String host, long port) {
        String name = host.isEmpty() ? "*" : host;
        return name.indexOf(':') >= 0 ? "[" + name + "]:" + port : name + ":" + port;
    }
}
