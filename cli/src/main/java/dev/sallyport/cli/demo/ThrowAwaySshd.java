package dev.sallyport.cli.demo;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * The system's own OpenSSH server on a free loopback port, which trusts one certificate authority
 * and nothing else (sshd_config(5)). It lives in one directory and ends with the demonstration.
 */
public final class ThrowAwaySshd implements AutoCloseable {
    private static final List<Path> PLACES =
            List.of(
                    Path.of("/usr/sbin/sshd"),
                    Path.of("/usr/local/sbin/sshd"),
                    Path.of("/sbin/sshd"));
    private static final Duration START = Duration.ofSeconds(10);

    private final Process process;
    private final int port;
    private final String hostKey;

    private ThrowAwaySshd(Process process, int port, String hostKey) {
        this.process = process;
        this.port = port;
        this.hostKey = hostKey;
    }

    /** Where the system's sshd is, if there is one. */
    public static Optional<Path> binary() {
        return PLACES.stream().filter(Files::isExecutable).findFirst();
    }

    /**
     * Starts {@code sshd} in {@code directory}.
     *
     * @param trusted the certificate authority's public key in OpenSSH's one-line format
     */
    public static ThrowAwaySshd start(Path sshd, Path directory, String trusted)
            throws IOException {
        Files.createDirectories(directory);
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx------"));
        Path hostKey = directory.resolve("host_key");
        run(List.of("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", hostKey.toString()));
        Files.writeString(directory.resolve("trusted_ca.pub"), trusted + "\n");
        int port = freePort();
        Path config = directory.resolve("sshd_config");
        Files.writeString(config, configuration(directory, port));
        privilegeSeparation();
        Process process =
                new ProcessBuilder(sshd.toString(), "-D", "-e", "-f", config.toString())
                        .redirectErrorStream(true)
                        .redirectOutput(directory.resolve("sshd.log").toFile())
                        .start();
        process.getOutputStream().close();
        awaitPort(process, port);
        String line = Files.readString(directory.resolve("host_key.pub")).strip();
        return new ThrowAwaySshd(process, port, line);
    }

    private static String configuration(Path directory, int port) {
        return String.join(
                "\n",
                "Port " + port,
                "ListenAddress 127.0.0.1",
                "HostKey " + directory.resolve("host_key"),
                "PidFile none",
                "TrustedUserCAKeys " + directory.resolve("trusted_ca.pub"),
                "AuthorizedKeysFile none",
                "PasswordAuthentication no",
                "KbdInteractiveAuthentication no",
                "UsePAM no",
                "PermitRootLogin prohibit-password",
                "StrictModes no",
                "PrintMotd no",
                "PrintLastLog no",
                // An empty home: nothing of what this user's shell starts with is run.
                "SetEnv HOME=" + directory,
                "Subsystem sftp internal-sftp",
                "");
    }

    /** As root, sshd wants its empty directory, which Debian makes only when the service starts. */
    private static void privilegeSeparation() throws IOException {
        if (System.getProperty("user.name").equals("root")) {
            Files.createDirectories(Path.of("/run/sshd"));
        }
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static void awaitPort(Process process, int port) throws IOException {
        long deadline = System.nanoTime() + START.toNanos();
        while (process.isAlive() && System.nanoTime() < deadline) {
            try (var socket = new Socket()) {
                socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 500);
                return;
            } catch (IOException e) {
                LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
            }
        }
        process.destroyForcibly();
        throw new IOException("sshd did not start listening on port " + port);
    }

    private static void run(List<String> command) throws IOException {
        Process process = new ProcessBuilder(command).inheritIO().start();
        try {
            if (process.waitFor() != 0) {
                throw new IOException(command.getFirst() + " failed");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(command.getFirst() + " was interrupted", e);
        }
    }

    /** The port on loopback. */
    public int port() {
        return port;
    }

    /** Its host key in OpenSSH's one-line format. */
    public String hostKey() {
        return hostKey;
    }

    @Override
    public void close() {
        process.descendants().forEach(ProcessHandle::destroy);
        process.destroy();
        try {
            if (!process.waitFor(2, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
