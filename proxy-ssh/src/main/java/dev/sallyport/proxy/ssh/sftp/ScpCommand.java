package dev.sallyport.proxy.ssh.sftp;

import dev.sallyport.access.scope.PathPattern;
import java.util.List;
import java.util.Optional;

/**
 * The remote half of scp's old protocol, which is the exec {@code scp -t path} (sink) or {@code scp
 * -f path…} (source).
 *
 * @param sink true when the agent sends
 * @param intoDirectory {@code -d}: the path is a directory for certain
 * @param paths absolute and normal
 */
record ScpCommand(boolean sink, boolean intoDirectory, List<String> paths) {
    ScpCommand {
        paths = List.copyOf(paths);
    }

    /** Reads an argv; empty for everything that is not exactly this form. */
    static Optional<ScpCommand> of(List<String> argv) {
        if (argv.isEmpty() || !argv.getFirst().equals("scp")) {
            return Optional.empty();
        }
        var options = new StringBuilder();
        int at = 1;
        while (at < argv.size() && argv.get(at).matches("-[vrpdqtf]+")) {
            options.append(argv.get(at++));
        }
        at += at < argv.size() && argv.get(at).equals("--") ? 1 : 0;
        List<String> paths =
                argv.subList(at, argv.size()).stream().map(ScpCommand::withoutSlash).toList();
        boolean sink = options.indexOf("t") >= 0;
        boolean wellFormed =
                sink != options.indexOf("f") >= 0
                        && (sink ? paths.size() == 1 : !paths.isEmpty())
                        && paths.stream().allMatch(PathPattern::isNormal);
        return wellFormed
                ? Optional.of(new ScpCommand(sink, options.indexOf("d") >= 0, paths))
                : Optional.empty();
    }

    private static String withoutSlash(String path) {
        return path.length() > 1 && path.endsWith("/")
                ? path.substring(0, path.length() - 1)
                : path;
    }
}
