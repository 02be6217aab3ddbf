package dev.sallyport.broker.policytest;

import dev.sallyport.access.act.Act;
import dev.sallyport.access.act.DbAct;
import dev.sallyport.access.act.DbOperation;
import dev.sallyport.access.act.SshAct;
import dev.sallyport.access.scope.ArgvPattern;
import java.util.List;
import java.util.Optional;

/** The acts that a policy test can name, made as a proxy makes them. */
final class PolicyActs {
    private PolicyActs() {}

    /** The act of a test; empty when there is no such act. */
    static Optional<? extends Act> of(PolicyCase test) {
        return test.act().startsWith("db:") ? db(test) : ssh(test);
    }

    private static Optional<SshAct> ssh(PolicyCase test) {
        String subject = test.subject();
        return switch (test.act()) {
            case "ssh:exec" -> Optional.of(new SshAct.Exec(subject, ArgvPattern.words(subject)));
            case "ssh:shell" ->
                    Optional.of(
                            subject.isEmpty()
                                    ? new SshAct.Shell(true)
                                    : new SshAct.ShellCommand(subject, "shell syntax"));
            case "ssh:read" -> Optional.of(new SshAct.File("open-read", false, List.of(subject)));
            case "ssh:write" -> Optional.of(new SshAct.File("open-write", true, List.of(subject)));
            default -> Optional.empty();
        };
    }

    private static Optional<DbAct> db(PolicyCase test) {
        String word = test.act().substring("db:".length());
        return switch (word) {
            case "function" -> Optional.of(new DbAct.Functions(test.names(), ""));
            case "set" -> Optional.of(new DbAct.Setting(test.subject(), ""));
            case "control" -> Optional.of(new DbAct.Control(test.subject(), ""));
            case "commit" -> Optional.of(new DbAct.Commit(test.rows(), test.names(), ""));
            default ->
                    DbOperation.of(word)
                            .map(operation ->
                                    new DbAct.Statement(
                                            operation, test.names(), test.classes(), ""));
        };
    }
}
