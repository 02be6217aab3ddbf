package dev.sallyport.proxy.ssh;

import dev.sallyport.access.gate.RefusedLogins;
import dev.sallyport.access.gate.SessionGate;
import dev.sallyport.access.port.Recorder;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/**
 * What every bridge of one proxy works with.
 *
 * @param live completes for each connection when its recording is sealed; thread-safe
 */
record SshParts(
        SessionGate gate,
        Recorder recorder,
        SshUpstream upstream,
        RefusedLogins refusedLogins,
        SshLimits limits,
        Set<CompletableFuture<Void>> live) {}
