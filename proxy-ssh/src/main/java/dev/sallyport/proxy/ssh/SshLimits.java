package dev.sallyport.proxy.ssh;

import java.time.Duration;

/**
 * What the SSH proxy allows itself to be asked for.
 *
 * @param unauthenticated connections that may be in their handshake at once; one more is closed
 *     without a word, so that a flood cannot take the memory of those who are in
 * @param loginTime from connect to proof; sshd's own default of 120 s is generous to idlers
 * @param attempts keys that one connection may offer; what sshd allows
 * @param channels open channels of one connection; a ControlMaster with parallel work needs tens
 * @param connectTime how long dialling a target may take
 * @param upstreamLoginTime how long the login at a target may take
 * @param farewell how long a session that ends waits until its client has read why
 * @param requireStrictKex refuse peers that do not offer strict key exchange (CVE-2023-48795);
 *     Debian 12's Paramiko does not
 */
public record SshLimits(
        int unauthenticated,
        Duration loginTime,
        int attempts,
        int channels,
        Duration connectTime,
        Duration upstreamLoginTime,
        Duration farewell,
        boolean requireStrictKex) {

    /** What a proxy starts with. */
    public static final SshLimits DEFAULT =
            new SshLimits(
                    256,
                    Duration.ofSeconds(20),
                    6,
                    128,
                    Duration.ofSeconds(10),
                    Duration.ofSeconds(20),
                    Duration.ofMillis(200),
                    false);

    public SshLimits {
        if (unauthenticated < 1 || attempts < 1 || channels < 1) {
            throw new IllegalArgumentException("a limit below one would shut the door");
        }
    }
}
