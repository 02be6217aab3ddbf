package dev.sallyport.access.act;

import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What an SSH session can want (RFC 4254 and OpenSSH's PROTOCOL). */
public sealed interface SshAct extends Act {

    /**
     * An exec that is a simple command: words and quotes only, so that the target's shell runs
     * exactly this argv.
     *
     * @param command the bytes of the request as text, byte for byte (ISO-8859-1 is not used: a
     *     command that is not UTF-8 is a {@link ShellCommand})
     */
    record Exec(String command, List<String> argv) implements SshAct {
        public Exec {
            argv = List.copyOf(argv);
        }

        @Override
        public String action() {
            return "ssh:exec";
        }

        @Override
        public String shown() {
            return command;
        }

        @Override
        public Map<String, Object> attributes() {
            return Map.of("command", command, "argv", argv);
        }
    }

    /** An exec that only a shell can interpret: needs the right {@code shell}. */
    record ShellCommand(String command, String because) implements SshAct {
        @Override
        public String action() {
            return "ssh:shell";
        }

        @Override
        public String shown() {
            return command;
        }

        @Override
        public Map<String, Object> attributes() {
            return Map.of("command", command, "because", because);
        }
    }

    /** An interactive shell ({@code shell} request). */
    record Shell(boolean terminal) implements SshAct {
        @Override
        public String action() {
            return "ssh:shell";
        }

        @Override
        public String shown() {
            return "shell" + (terminal ? " with a terminal" : "");
        }

        @Override
        public Map<String, Object> attributes() {
            return Map.of("terminal", terminal);
        }
    }

    /** A subsystem request; only {@code sftp} can be in scope. */
    record Subsystem(String name) implements SshAct {
        @Override
        public String action() {
            return "ssh:subsystem";
        }

        @Override
        public String shown() {
            return "subsystem " + name;
        }

        @Override
        public Map<String, Object> attributes() {
            return Map.of("subsystem", name);
        }
    }

    /**
     * An operation on files, by SFTP or by the scp protocol.
     *
     * @param operation the protocol's word, for example {@code open-read}, {@code remove}
     * @param writes true when it creates, changes, renames or removes
     * @param paths every path that it touches, absolute and without {@code .} and {@code ..}
     */
    record File(String operation, boolean writes, List<String> paths) implements SshAct {
        public File {
            paths = List.copyOf(paths);
        }

        @Override
        public String action() {
            return writes ? "ssh:write" : "ssh:read";
        }

        @Override
        public String shown() {
            return operation + " " + String.join(" ", paths);
        }

        @Override
        public Map<String, Object> attributes() {
            return Map.of("operation", operation, "paths", paths);
        }
    }

    /** Any kind of forwarding. */
    record Forward(Kind kind, String destination) implements SshAct {
        /** Which right it needs. */
        public enum Kind {
            DIRECT_TCPIP,
            DIRECT_STREAMLOCAL,
            TCPIP_FORWARD,
            STREAMLOCAL_FORWARD,
            AGENT,
            X11;

            public String word() {
                return name().toLowerCase(Locale.ROOT).replace('_', '-');
            }
        }

        @Override
        public String action() {
            return switch (kind) {
                case AGENT -> "ssh:agent";
                case X11 -> "ssh:x11";
                case DIRECT_TCPIP, DIRECT_STREAMLOCAL -> "ssh:forward";
                case TCPIP_FORWARD, STREAMLOCAL_FORWARD -> "ssh:listen";
            };
        }

        @Override
        public String shown() {
            return kind.word() + " " + destination;
        }

        @Override
        public Map<String, Object> attributes() {
            return Map.of("kind", kind.word(), "destination", destination);
        }
    }

    /** Something that could not be understood: an act that nobody may do. */
    record Unknown(String what) implements SshAct {
        @Override
        public String action() {
            return "ssh:unknown";
        }

        @Override
        public String shown() {
            return what;
        }

        @Override
        public Map<String, Object> attributes() {
            return Map.of("what", what);
        }
    }
}
