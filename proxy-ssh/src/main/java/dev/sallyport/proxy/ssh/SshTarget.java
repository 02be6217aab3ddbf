package dev.sallyport.proxy.ssh;

import dev.sallyport.access.Protocol;
import dev.sallyport.access.Target;
import java.util.List;

/**
 * Where a target is and how it proves itself.
 *
 * @param host name or address to dial; only configured addresses are ever dialled
 * @param pins at least one; any of them suffices
 */
public record SshTarget(Target target, String host, int port, List<HostKeyPin> pins) {
    public SshTarget {
        pins = List.copyOf(pins);
        if (target.protocol() != Protocol.SSH) {
            throw new IllegalArgumentException("an SSH target is named ssh:NAME");
        }
        if (pins.isEmpty()) {
            throw new IllegalArgumentException("a target without a host key pin trusts anybody");
        }
        if (port < 1 || port > 65_535) {
            throw new IllegalArgumentException("port must be 1 to 65535");
        }
    }

    /** True when a host certificate is expected rather than a certain key. */
    boolean isPinnedByAuthority() {
        return pins.stream().anyMatch(HostKeyPin.Authority.class::isInstance);
    }
}
