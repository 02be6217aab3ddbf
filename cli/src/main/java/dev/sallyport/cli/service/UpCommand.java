package dev.sallyport.cli.service;

import dev.sallyport.cli.CommandFailedException;
import dev.sallyport.cli.ExitCode;
import dev.sallyport.cli.Globals;
import dev.sallyport.cli.config.Configuration;
import dev.sallyport.cli.node.LocalNode;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Clock;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.Command;

/** {@code sallyport up}: runs until it is told to stop. */
@Command(
        name = "up",
        mixinStandardHelpOptions = true,
        description = {
            "Run broker, proxies and recorder in one process, on embedded storage.",
            "Stops on SIGTERM or SIGINT: ends sessions, seals the record, closes the store."
        },
        exitCodeList = {
            "0:stopped as told",
            "1:failed",
            "2:the configuration or a policy is wrong; every mistake is told"
        },
        footer = {"", "Example:", "  sallyport up --config sallyport.yaml"})
public final class UpCommand implements Callable<Integer> {
    private final Globals globals;

    public UpCommand(Globals globals) {
        this.globals = globals;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        Configuration configuration = LocalConfiguration.read(globals);
        var stop = new CountDownLatch(1);
        var stopped = new CountDownLatch(1);
        try (LocalNode node = start(configuration)) {
            Runtime.getRuntime().addShutdownHook(new Thread(() -> await(stop, stopped)));
            announce(configuration, node);
            stop.await();
        } finally {
            stopped.countDown();
        }
        return ExitCode.DONE;
    }

    private static LocalNode start(Configuration configuration) throws IOException {
        try {
            return LocalNode.start(configuration, Clock.systemUTC());
        } catch (BindException e) {
            throw new CommandFailedException(
                    "cannot listen on " + taken(configuration) + ": " + e.getMessage());
        }
    }

    /** The addresses of the configuration that nobody can listen on now. */
    private static String taken(Configuration configuration) {
        return Stream.of(configuration.broker(), configuration.ssh())
                .filter(address -> !isFree(address))
                .map(address -> address.getHostString() + ":" + address.getPort())
                .collect(Collectors.joining(" and "));
    }

    private static boolean isFree(InetSocketAddress address) {
        try (var socket = new ServerSocket()) {
            socket.bind(address);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /** Runs in the shutdown hook: the JVM may end only when the node has closed. */
    private static void await(CountDownLatch stop, CountDownLatch stopped) {
        stop.countDown();
        try {
            stopped.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void announce(Configuration configuration, LocalNode node) {
        globals.out().println("sallyport is up: cluster " + configuration.cluster());
        globals.out().println("  broker   https://127.0.0.1:" + node.brokerPort());
        globals.out().println("  ssh      127.0.0.1:" + node.sshPort());
        globals.out().println("  record   " + configuration.dataDirectory().record());
        globals.out()
                .println(
                        "  operator "
                                + configuration.dataDirectory().operatorCredential()
                                + " (mode 0600)");
        globals.out().flush();
    }
}
