package dev.sallyport.access.scope;

import dev.sallyport.access.act.SshAct;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiPredicate;

/** Compares SSH acts with one {@link SshScope}. Pure. */
final class SshRights {
    private static final ScopeAnswer INSIDE = new ScopeAnswer.Inside();

    /** Operations that only look at a name: who may write there may look, as scp does first. */
    private static final Set<String> LOOKING = Set.of("stat", "lstat", "fstat", "realpath");

    private final SshScope scope;

    SshRights(SshScope scope) {
        this.scope = scope;
    }

    ScopeAnswer permits(SshAct act) {
        return switch (act) {
            case SshAct.Exec exec ->
                    answer(
                            scope.shell() || permitsExec(exec.argv()),
                            "the grant does not name this command on this target");
            case SshAct.ShellCommand command ->
                    answer(
                            scope.shell(),
                            "this command needs a shell, which the grant does not give: "
                                    + command.because());
            case SshAct.Shell shell -> answer(scope.shell(), "the grant does not give a shell");
            case SshAct.Subsystem subsystem ->
                    answer(
                            subsystem.name().equals("sftp") && hasFiles(),
                            "the grant does not give this subsystem");
            case SshAct.File file -> permitsFile(file);
            case SshAct.Forward forward ->
                    answer(
                            permitsForward(forward),
                            "the grant does not give " + forward.kind().word() + " there");
            case SshAct.Unknown unknown ->
                    new ScopeAnswer.Outside("the request was not understood, so nobody may do it");
        };
    }

    private static ScopeAnswer answer(boolean inside, String reason) {
        return inside ? INSIDE : new ScopeAnswer.Outside(reason);
    }

    private boolean hasFiles() {
        return !scope.read().isEmpty() || !scope.write().isEmpty();
    }

    private boolean permitsExec(List<String> argv) {
        return scope.exec().stream().anyMatch(pattern -> ArgvPattern.matches(pattern, argv))
                || permitsScp(argv);
    }

    private ScopeAnswer permitsFile(SshAct.File file) {
        if (file.paths().isEmpty()) {
            return new ScopeAnswer.Outside("a file operation without a path");
        }
        List<String> patterns = new ArrayList<>(file.writes() ? scope.write() : scope.read());
        if (LOOKING.contains(file.operation())) {
            patterns.addAll(scope.write());
        }
        boolean inside = file.paths().stream().allMatch(path -> matchesAny(patterns, path));
        return answer(
                inside,
                "the grant does not let this path be " + (file.writes() ? "written" : "read"));
    }

    private static boolean matchesAny(List<String> patterns, String path) {
        return patterns.stream().anyMatch(pattern -> PathPattern.matches(pattern, path));
    }

    /**
     * The remote half of scp's old protocol is an exec of {@code scp -t} (sink) or {@code scp -f}
     * (source): it needs the right to the files and not one to the command (CVE-2023-45140).
     */
    private boolean permitsScp(List<String> argv) {
        if (argv.isEmpty() || !argv.getFirst().equals("scp")) {
            return false;
        }
        var options = new StringBuilder();
        int at = 1;
        while (at < argv.size() && argv.get(at).matches("-[vrpdqtf]+")) {
            options.append(argv.get(at++));
        }
        if (at < argv.size() && argv.get(at).equals("--")) {
            at++;
        }
        List<String> paths = argv.subList(at, argv.size());
        boolean sink = options.indexOf("t") >= 0;
        if (paths.isEmpty() || sink == options.indexOf("f") >= 0) {
            return false;
        }
        List<String> patterns = sink ? scope.write() : scope.read();
        boolean tree = options.indexOf("r") >= 0;
        return paths.stream().allMatch(path -> coveredByAny(patterns, withoutSlash(path), tree));
    }

    private static boolean coveredByAny(List<String> patterns, String path, boolean tree) {
        return tree
                ? patterns.stream().anyMatch(pattern -> PathPattern.coversTree(pattern, path))
                : matchesAny(patterns, path);
    }

    private static String withoutSlash(String path) {
        return path.length() > 1 && path.endsWith("/")
                ? path.substring(0, path.length() - 1)
                : path;
    }

    private boolean permitsForward(SshAct.Forward forward) {
        String wanted = forward.destination();
        return switch (forward.kind()) {
            case AGENT -> scope.agentForwarding();
            case X11 -> scope.x11();
            case DIRECT_STREAMLOCAL -> isSocket(wanted) && scope.forward().contains(wanted);
            case STREAMLOCAL_FORWARD -> isSocket(wanted) && scope.listen().contains(wanted);
            case DIRECT_TCPIP ->
                    matchesHost(scope.forward(), wanted, (a, b) -> a.reaches(b, scope.target()));
            case TCPIP_FORWARD -> matchesHost(scope.listen(), wanted, Destination::binds);
        };
    }

    private static boolean matchesHost(
            List<String> patterns, String wanted, BiPredicate<Destination, Destination> rule) {
        Optional<Destination> destination = Destination.read(wanted);
        return destination.isPresent()
                && patterns.stream()
                        .flatMap(pattern -> Destination.read(pattern).stream())
                        .anyMatch(pattern -> rule.test(pattern, destination.get()));
    }

    private static boolean isSocket(String destination) {
        return PathPattern.isNormal(destination);
    }
}
