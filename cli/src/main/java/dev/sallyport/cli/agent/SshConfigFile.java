package dev.sallyport.cli.agent;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Renders the {@code ssh_config} of a grant directory (ssh_config(5)), so that stock {@code ssh},
 * {@code scp}, {@code sftp}, {@code rsync} and {@code git} reach a target by its name.
 *
 * @param directory the grant directory; every path in the file is absolute
 * @param host the proxy's host name or address
 * @param port the proxy's port
 * @param hostKeyAlias the name under which {@code known_hosts} holds the proxy's key
 */
record SshConfigFile(Path directory, String host, int port, String hostKeyAlias) {
    /** One target and login that the grant names, and the variables that ssh may send there. */
    record Entry(String target, String login, List<String> environment) {
        Entry {
            environment = List.copyOf(environment);
        }
    }

    static final String KEY = "id_ed25519";
    static final String CERTIFICATE = "id_ed25519-cert.pub";

    /** The file's text: one block a target and login, then what holds for all of them. */
    String render(List<Entry> entries) {
        var named = new ArrayList<String>();
        var text = new StringBuilder();
        for (Entry entry : entries) {
            String target = entry.target();
            String alias = named.contains(target) ? target + "-" + entry.login() : target;
            if (named.contains(alias)) {
                continue;
            }
            named.add(alias);
            text.append(block(alias, entry));
        }
        return text.toString();
    }

    private String block(String alias, Entry entry) {
        var lines = new ArrayList<String>();
        lines.add("Host " + alias);
        lines.add("HostName " + host);
        lines.add("Port " + port);
        lines.add("User " + entry.login() + "@" + entry.target());
        lines.add("HostKeyAlias " + hostKeyAlias);
        lines.add("UserKnownHostsFile " + quoted("known_hosts"));
        lines.add("GlobalKnownHostsFile none");
        lines.add("StrictHostKeyChecking yes");
        lines.add("UpdateHostKeys no");
        lines.add("IdentityFile " + quoted(KEY));
        lines.add("CertificateFile " + quoted(CERTIFICATE));
        lines.add("IdentitiesOnly yes");
        lines.add("PreferredAuthentications publickey");
        lines.add("ServerAliveInterval 15");
        if (!entry.environment().isEmpty()) {
            lines.add("SendEnv " + String.join(" ", entry.environment()));
        }
        return lines.stream().collect(Collectors.joining("\n    ", "", "\n\n"));
    }

    private String quoted(String file) {
        return "\"" + directory.resolve(file) + "\"";
    }
}
