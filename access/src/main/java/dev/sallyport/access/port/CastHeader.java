package dev.sallyport.access.port;

import dev.sallyport.access.Words;
import dev.sallyport.access.event.SecretMask;

/**
 * What a cast begins with (asciicast v2 header).
 *
 * @param channel the channel's number within the session, from 0
 * @param title what runs: command line, {@code shell} or subsystem; what looks like a secret is
 *     masked here, controls are escaped by the recorder
 * @param terminal true when the channel has a PTY; else its bytes may be binary
 */
public record CastHeader(
        int channel, String title, boolean terminal, int columns, int rows, String terminalType) {
    public CastHeader {
        title = SecretMask.mask(title);
        Words.requireClean("terminal type", terminalType);
        columns = Math.clamp(columns, 1, 10_000);
        rows = Math.clamp(rows, 1, 10_000);
    }
}
