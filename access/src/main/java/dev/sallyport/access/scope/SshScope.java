package dev.sallyport.access.scope;

import dev.sallyport.access.Protocol;
import dev.sallyport.access.Target;
import dev.sallyport.access.Words;
import dev.sallyport.access.act.Act;
import dev.sallyport.access.act.SshAct;
import java.util.List;

/**
 * Rights on one SSH host under one login. Everything defaults to no.
 *
 * @param exec argv patterns ({@link ArgvPattern}) of simple commands
 * @param shell a shell, and with it every exec: who has a shell can run anything in it
 * @param read path patterns ({@link PathPattern}) that SFTP and scp may read and list
 * @param write path patterns that SFTP and scp may create, change, rename or remove
 * @param forward destinations {@code host:port} or socket paths that direct-tcpip and
 *     direct-streamlocal may reach; {@code *} matches any port
 * @param listen addresses {@code host:port} that remote forwarding may bind
 * @param agentForwarding {@code ssh -A}
 * @param x11 {@code ssh -X}
 * @param environment names (with {@code *} at the end) of variables that the agent may send
 */
public record SshScope(
        Target target,
        String login,
        List<String> exec,
        boolean shell,
        List<String> read,
        List<String> write,
        List<String> forward,
        List<String> listen,
        boolean agentForwarding,
        boolean x11,
        List<String> environment,
        Budget budget)
        implements Scope {
    public SshScope {
        if (target.protocol() != Protocol.SSH) {
            throw new IllegalArgumentException("an SSH scope needs an ssh target");
        }
        Words.requireText("login", login);
        exec = List.copyOf(exec);
        read = List.copyOf(read);
        write = List.copyOf(write);
        forward = List.copyOf(forward);
        listen = List.copyOf(listen);
        environment = List.copyOf(environment);
        exec.forEach(ArgvPattern::require);
        read.forEach(PathPattern::require);
        write.forEach(PathPattern::require);
        forward.forEach(SshScope::requireDestination);
        listen.forEach(SshScope::requireDestination);
    }

    @Override
    public String account() {
        return login;
    }

    @Override
    public ScopeAnswer permits(Act act) {
        return act instanceof SshAct ssh
                ? new SshRights(this).permits(ssh)
                : new ScopeAnswer.Outside("not an act of this protocol");
    }

    /** True when the agent may send the environment variable {@code name}. */
    public boolean permitsVariable(String name) {
        return environment.stream()
                .anyMatch(pattern ->
                        pattern.endsWith("*")
                                ? name.startsWith(pattern.substring(0, pattern.length() - 1))
                                : name.equals(pattern));
    }

    private static void requireDestination(String text) {
        // A catalogue's scope may still hold {parameters}, which match nothing until they are
        // bound.
        if (!PathPattern.isNormal(text) && text.indexOf('{') < 0) {
            Destination.parse(text);
        }
    }
}
