package dev.sallyport.cli.config;

import java.nio.file.Path;

/** The places inside a node's data directory, as pure functions of its path. */
public record DataDirectory(Path root) {
    /** Certificate authorities, grant key, the proxy's host key: mode 0600 each. */
    public Path keys() {
        return root.resolve("keys");
    }

    /** The public side of the key that signs the record's log, kept outside of the record. */
    public Path logVerifierKey() {
        return keys().resolve("log.vkey");
    }

    /** Journal, log and sessions. */
    public Path record() {
        return root.resolve("record");
    }

    /** The operator's bearer secret, mode 0600. */
    public Path operatorCredential() {
        return root.resolve("operator.credential");
    }

    /** The authority that the broker's HTTPS certificate comes from. */
    public Path brokerCa() {
        return root.resolve("broker-ca.pem");
    }

    /** Where the running node listens; written at start for the verbs of the same machine. */
    public Path endpoint() {
        return root.resolve("endpoint");
    }

    /** The broker's Unix socket for operators: reachable by whoever may enter this directory. */
    public Path operatorSocket() {
        return root.resolve("operator.sock");
    }
}
