package dev.sallyport.access.port;

import dev.sallyport.access.Target;
import java.time.Duration;

/**
 * Asks for a certificate with which a proxy logs in to a target.
 *
 * @param publicKey the proxy's throw-away public key, in OpenSSH's one-line format
 * @param login the only principal
 * @param validity how long the login may take; the certificate ends after it
 * @param agentForwarding whether the target's sshd shall permit agent forwarding
 * @param x11 whether it shall permit X11 forwarding
 * @param portForwarding whether it shall permit port forwarding
 */
public record UpstreamCertificateRequest(
        String grant,
        String session,
        Target target,
        String login,
        String publicKey,
        Duration validity,
        boolean agentForwarding,
        boolean x11,
        boolean portForwarding) {}
