package dev.sallyport.broker.policytest;

import dev.sallyport.access.act.SshAct;
import dev.sallyport.access.act.SshAct.Forward.Kind;
import dev.sallyport.access.scope.ArgvPattern;
import dev.sallyport.broker.intent.Intent;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The acts that a policy test can name, and what each is done to. */
final class PolicyActs {
    /** Keys of a test that say what an act is done to. */
    static final List<String> SUBJECTS = List.of("command", "path", "subsystem", "destination");

    private static final Map<String, Function<String, SshAct>> ACTS =
            Stream.of(
                            act("ssh:exec", of -> new SshAct.Exec(of, ArgvPattern.words(of))),
                            act("ssh:shell", PolicyActs::shell),
                            act("ssh:subsystem", SshAct.Subsystem::new),
                            act("ssh:read", of -> file("open-read", false, of)),
                            act("ssh:write", of -> file("open-write", true, of)),
                            act("ssh:forward", of -> forward(Kind.DIRECT_TCPIP, of)),
                            act("ssh:listen", of -> forward(Kind.TCPIP_FORWARD, of)),
                            act("ssh:agent", of -> forward(Kind.AGENT, of)),
                            act("ssh:x11", of -> forward(Kind.X11, of)))
                    .collect(Collectors.toMap(Act::name, Act::made));

    /** Every name. */
    static final List<String> NAMES = ACTS.keySet().stream().sorted().toList();

    private record Act(String name, Function<String, SshAct> made) {}

    private PolicyActs() {}

    private static Act act(String name, Function<String, SshAct> made) {
        return new Act(name, made);
    }

    /** The act of one of the {@link #NAMES}. */
    static SshAct ssh(String name, String subject) {
        Function<String, SshAct> made = ACTS.get(name);
        if (made == null) {
            throw new IllegalArgumentException("there is no such act");
        }
        return made.apply(subject);
    }

    private static SshAct shell(String command) {
        return command.isEmpty()
                ? new SshAct.Shell(true)
                : new SshAct.ShellCommand(command, "shell syntax");
    }

    private static SshAct file(String operation, boolean writes, String path) {
        return new SshAct.File(operation, writes, List.of(path));
    }

    private static SshAct forward(Kind kind, String destination) {
        return new SshAct.Forward(kind, destination);
    }

    /** How a test may name the targets of {@code intent}: {@code ssh:NAME} or just the name. */
    static List<String> targets(Intent intent) {
        return intent.scope().stream()
                .map(template -> template.target())
                .flatMap(target -> Stream.of(target.toString(), target.name()))
                .distinct()
                .toList();
    }
}
