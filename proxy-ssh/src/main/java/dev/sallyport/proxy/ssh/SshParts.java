package dev.sallyport.proxy.ssh;

import dev.sallyport.access.gate.SessionGate;
import dev.sallyport.access.port.Recorder;

/** What every bridge of one proxy works with. */
record SshParts(
        SessionGate gate,
        Recorder recorder,
        SshUpstream upstream,
        RefusedLogins refusedLogins,
        SshLimits limits) {}
