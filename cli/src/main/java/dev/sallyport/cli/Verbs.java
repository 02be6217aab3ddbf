package dev.sallyport.cli;

import dev.sallyport.access.yaml.Spelling;
import dev.sallyport.cli.agent.GrantsCommand;
import dev.sallyport.cli.agent.ReleaseCommand;
import dev.sallyport.cli.agent.RequestCommand;
import dev.sallyport.cli.agent.RunCommand;
import dev.sallyport.cli.approver.ApprovalsCommand;
import dev.sallyport.cli.approver.ApproveCommand;
import dev.sallyport.cli.approver.DenyCommand;
import dev.sallyport.cli.auditor.EventsCommand;
import dev.sallyport.cli.auditor.VerifyCommand;
import dev.sallyport.cli.operator.DoctorCommand;
import dev.sallyport.cli.operator.KillCommand;
import dev.sallyport.cli.operator.LocksCommand;
import dev.sallyport.cli.operator.StatusCommand;
import dev.sallyport.cli.operator.UnlockCommand;
import dev.sallyport.cli.policy.PolicyCommand;
import dev.sallyport.cli.responder.CastCommand;
import dev.sallyport.cli.responder.ReplayCommand;
import dev.sallyport.cli.responder.SessionsCommand;
import dev.sallyport.cli.responder.TailCommand;
import dev.sallyport.cli.service.CaCommand;
import dev.sallyport.cli.service.CompletionCommand;
import dev.sallyport.cli.service.DemoCommand;
import dev.sallyport.cli.service.UpCommand;
import java.io.PrintWriter;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine;

/** The table of verbs: what exists, for whom, and how each is made. */
public final class Verbs {

    /** One line of the table. */
    record Verb(String name, String user, String does) {}

    private static final List<Verb> TABLE =
            List.of(
                    new Verb("request", "agent", "ask for a grant; writes a grant directory"),
                    new Verb("run", "agent", "run a command under a grant, release it at the end"),
                    new Verb("grants", "agent", "list grants"),
                    new Verb("release", "agent", "hand a grant back; its sessions end"),
                    new Verb("approvals", "approver", "show what waits for a human"),
                    new Verb("approve", "approver", "say yes to exactly what was shown"),
                    new Verb("deny", "approver", "say no"),
                    new Verb("kill", "operator", "close sessions now and refuse new ones"),
                    new Verb("locks", "operator", "list locks"),
                    new Verb("unlock", "operator", "lift a lock"),
                    new Verb("status", "operator", "what is live, healthy and waiting"),
                    new Verb("doctor", "operator", "check configuration, keys, targets and record"),
                    new Verb("sessions", "responder", "list recorded sessions"),
                    new Verb("replay", "responder", "play a session in this terminal"),
                    new Verb("tail", "responder", "watch a live session"),
                    new Verb("cast", "responder", "export a session as an asciicast"),
                    new Verb("events", "auditor", "print events"),
                    new Verb(
                            "verify", "auditor", "prove that the record is complete and unchanged"),
                    new Verb("policy", "policy", "check, test and explain policies"),
                    new Verb("up", "service", "run broker, proxies and recorder in one process"),
                    new Verb(
                            "ca",
                            "service",
                            "print the keys and certificates that others must trust"),
                    new Verb("demo", "service", "play the whole line on throw-away parts"),
                    new Verb("completion", "service", "print a shell completion script"));

    private Verbs() {}

    /** Names of all verbs in the order of the table. */
    public static List<String> names() {
        return TABLE.stream().map(Verb::name).toList();
    }

    /** The first argument that is not a global option, or empty when there is none. */
    static String named(String[] arguments) {
        for (int i = 0; i < arguments.length; i++) {
            String argument = arguments[i];
            if (argument.equals("--data") || argument.equals("--config")) {
                i++;
            } else if (!argument.startsWith("-")) {
                return argument.equals("help") ? "" : argument;
            }
        }
        return "";
    }

    /** Makes the command behind {@code verb}; empty for a word that is no verb. */
    public static Optional<Object> command(String verb, Globals globals) {
        return Optional.ofNullable(
                switch (verb) {
                    case "request" -> new RequestCommand(globals);
                    case "run" -> new RunCommand(globals);
                    case "grants" -> new GrantsCommand(globals);
                    case "release" -> new ReleaseCommand(globals);
                    case "approvals" -> new ApprovalsCommand(globals);
                    case "approve" -> new ApproveCommand(globals);
                    case "deny" -> new DenyCommand(globals);
                    case "kill" -> new KillCommand(globals);
                    case "locks" -> new LocksCommand(globals);
                    case "unlock" -> new UnlockCommand(globals);
                    case "status" -> new StatusCommand(globals);
                    case "doctor" -> new DoctorCommand(globals);
                    case "sessions" -> new SessionsCommand(globals);
                    case "replay" -> new ReplayCommand(globals);
                    case "tail" -> new TailCommand(globals);
                    case "cast" -> new CastCommand(globals);
                    case "events" -> new EventsCommand(globals);
                    case "verify" -> new VerifyCommand(globals);
                    case "policy" -> new PolicyCommand(globals);
                    case "up" -> new UpCommand(globals);
                    case "ca" -> new CaCommand(globals);
                    case "demo" -> new DemoCommand(globals);
                    case "completion" -> new CompletionCommand(globals);
                    default -> null;
                });
    }

    /** The whole tree of verbs, for what has to know all of them: completion and tests. */
    public static CommandLine all(Globals globals) {
        CommandLine all = new CommandLine(globals);
        for (String verb : names()) {
            command(verb, globals).ifPresent(command -> all.addSubcommand(verb, command));
        }
        VerbHelp.complete(all);
        return all;
    }

    /** What to say after a word that is no verb: the verb that was meant, or where to look. */
    static String meant(String word) {
        return Spelling.nearest(word, names())
                .map(verb -> "; did you mean '" + verb + "'?")
                .orElse("; see 'sallyport --help'");
    }

    /** Prints the first screen: every verb with one line, grouped by who uses it. */
    static void printUsage(PrintWriter out) {
        out.println(
                "sallyport: the guarded door between AI agents and shells, databases, clusters");
        out.println();
        out.println("Usage: sallyport VERB [OPTIONS] [ARGUMENTS]");
        String user = "";
        for (Verb verb : TABLE) {
            if (!verb.user().equals(user)) {
                user = verb.user();
                out.println();
            }
            out.printf("  %-9s  %-10s  %s%n", user, verb.name(), verb.does());
        }
        out.println();
        out.println("Every verb takes, before or after it:");
        out.println("  --data DIR     data directory of this node (default: the configuration's)");
        out.println("  --config FILE  configuration (default: ./sallyport.yaml, if it exists)");
        out.println(
                "  --help         its options with examples; 'sallyport help VERB' is the same");
        out.println("  --version");
        out.println();
        out.println(
                "Exit codes: 0 done, 1 failed, 2 usage, 10 pending approval, 11 denied, 12 locked,"
                        + " 13 broker unreachable.");
    }
}
