package dev.sallyport.proxy.ssh.sftp;

import java.util.Arrays;

/**
 * Cuts one direction's bytes into SFTP packets: a length and that many bytes
 * (draft-ietf-secsh-filexfer-02 §3). Only whole packets come out. Owned by one thread.
 */
final class SftpFrames {
    /** OpenSSH's own bound (SFTP_MAX_MSG_LENGTH); what it announces for data lies below. */
    static final int MAX_PACKET = 256 * 1024;

    private static final int LENGTH = 4;
    private static final int FIRST_BUFFER = 4 * 1024;

    private final byte[] head = new byte[LENGTH];
    private byte[] packet = new byte[0];
    private int headFilled;
    private int length;
    private int filled;
    private byte[] input = new byte[0];
    private int at;

    /** Takes more bytes; {@link #next} gives what they complete. */
    void feed(byte[] bytes) {
        input = at == input.length ? bytes : joined(bytes);
        at = 0;
    }

    /**
     * The next whole packet without its length, or an empty array when more bytes are needed.
     *
     * @throws MalformedStreamException when a packet is empty or longer than {@link #MAX_PACKET}
     */
    byte[] next() throws MalformedStreamException {
        while (headFilled < LENGTH && at < input.length) {
            head[headFilled++] = input[at++];
            if (headFilled == LENGTH) {
                begin();
            }
        }
        if (headFilled < LENGTH) {
            return new byte[0];
        }
        int part = Math.min(length - filled, input.length - at);
        if (filled + part > packet.length) {
            // Grows with what has arrived: a length alone reserves nothing.
            packet =
                    Arrays.copyOf(
                            packet, Math.min(length, Math.max(filled + part, 2 * packet.length)));
        }
        System.arraycopy(input, at, packet, filled, part);
        at += part;
        filled += part;
        if (filled < length) {
            return new byte[0];
        }
        byte[] whole = packet.length == length ? packet : Arrays.copyOf(packet, length);
        packet = new byte[0];
        headFilled = 0;
        return whole;
    }

    private void begin() throws MalformedStreamException {
        int size = 0;
        for (byte octet : head) {
            size = size << Byte.SIZE | Byte.toUnsignedInt(octet);
        }
        if (size < 1 || size > MAX_PACKET) {
            throw new MalformedStreamException("a packet's length is out of bounds");
        }
        length = size;
        filled = 0;
        packet = new byte[Math.min(size, FIRST_BUFFER)];
    }

    /** True when the bytes so far end between two packets. */
    boolean isWhole() {
        return headFilled == 0 && at == input.length;
    }

    private byte[] joined(byte[] bytes) {
        byte[] all = Arrays.copyOfRange(input, at, input.length + bytes.length);
        System.arraycopy(bytes, 0, all, input.length - at, bytes.length);
        return all;
    }
}
