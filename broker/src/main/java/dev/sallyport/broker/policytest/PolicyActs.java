package dev.sallyport.broker.policytest;

import dev.sallyport.access.act.Act;
import dev.sallyport.access.act.CommandLine;
import dev.sallyport.access.act.DbAct;
import dev.sallyport.access.act.DbOperation;
import dev.sallyport.access.act.SshAct;
import dev.sallyport.access.act.SshAct.Forward.Kind;
import dev.sallyport.broker.intent.Intent;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Stream;

/** The acts that a policy test can name, made as a proxy makes them, and what each is done to. */
final class PolicyActs {
    /** Keys of a test that say what an act is done to, in one text. */
    static final List<String> SUBJECTS =
            List.of("command", "path", "subsystem", "destination", "setting");

    /** Keys of a test that say what a statement is done to. */
    static final List<String> OF_STATEMENTS = List.of("tables", "functions", "classes", "rows");

    private static final Map<String, Function<PolicyCase, Act>> ACTS = acts();

    /** Every name. */
    static final List<String> NAMES = List.copyOf(ACTS.keySet());

    private PolicyActs() {}

    private static Map<String, Function<PolicyCase, Act>> acts() {
        var acts = new TreeMap<String, Function<PolicyCase, Act>>();
        acts.put("ssh:exec", of -> CommandLine.read(of.subject()));
        acts.put("ssh:shell", of -> shell(of.subject()));
        acts.put("ssh:subsystem", of -> new SshAct.Subsystem(of.subject()));
        acts.put("ssh:read", of -> file("open-read", false, of.subject()));
        acts.put("ssh:write", of -> file("open-write", true, of.subject()));
        acts.put("ssh:forward", of -> forward(Kind.DIRECT_TCPIP, of.subject()));
        acts.put("ssh:listen", of -> forward(Kind.TCPIP_FORWARD, of.subject()));
        acts.put("ssh:agent", of -> forward(Kind.AGENT, of.subject()));
        acts.put("ssh:x11", of -> forward(Kind.X11, of.subject()));
        for (DbOperation operation : DbOperation.values()) {
            acts.put("db:" + operation.word(), of -> statement(operation, of));
        }
        acts.put("db:function", of -> new DbAct.Functions(of.names(), ""));
        acts.put("db:set", of -> new DbAct.Setting(of.subject(), ""));
        acts.put("db:control", of -> new DbAct.Control(of.subject(), ""));
        acts.put("db:commit", of -> new DbAct.Commit(of.rows(), of.names(), ""));
        return acts;
    }

    /** The act of a test that names one of the {@link #NAMES}. */
    static Act of(PolicyCase test) {
        Function<PolicyCase, Act> made = ACTS.get(test.act());
        if (made == null) {
            throw new IllegalArgumentException("there is no such act");
        }
        return made.apply(test);
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

    private static DbAct statement(DbOperation operation, PolicyCase test) {
        return new DbAct.Statement(operation, test.names(), test.classes(), "");
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
