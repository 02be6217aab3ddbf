package dev.sallyport.recorder.log;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The stored form of up to 256 entries (C2SP tlog-tiles): each is a big-endian 16-bit length and
 * the entry's bytes.
 */
public final class EntryBundle {
    /** What the 16-bit length allows. */
    public static final int LARGEST_ENTRY = 65_535;

    private EntryBundle() {}

    /** The bundle of these entries. */
    public static byte[] encode(List<byte[]> entries) {
        ByteArrayOutputStream bundle = new ByteArrayOutputStream();
        for (byte[] entry : entries) {
            if (entry.length > LARGEST_ENTRY) {
                throw new IllegalArgumentException("an entry is too large for a bundle");
            }
            bundle.write(entry.length >>> 8);
            bundle.write(entry.length);
            bundle.writeBytes(entry);
        }
        return bundle.toByteArray();
    }

    /**
     * The entries of a bundle that must hold exactly {@code width}.
     *
     * @throws IllegalArgumentException when it holds fewer or more, or does not end with the last
     */
    public static List<byte[]> decode(byte[] bundle, int width) {
        List<byte[]> entries = decodeFirst(bundle, width);
        int length = entries.stream().mapToInt(entry -> 2 + entry.length).sum();
        if (length != bundle.length) {
            throw new IllegalArgumentException("bundle goes on after its " + width + " entries");
        }
        return entries;
    }

    /**
     * The first {@code width} entries of a bundle that may hold more.
     *
     * @throws IllegalArgumentException when it holds fewer
     */
    public static List<byte[]> decodeFirst(byte[] bundle, int width) {
        List<byte[]> entries = new ArrayList<>(width);
        int at = 0;
        for (int i = 0; i < width; i++) {
            if (at + 2 > bundle.length) {
                throw new IllegalArgumentException(
                        "bundle ends after " + i + " of " + width + " entries");
            }
            int length = (bundle[at] & 0xff) << 8 | bundle[at + 1] & 0xff;
            if (at + 2 + length > bundle.length) {
                throw new IllegalArgumentException("entry " + i + " of the bundle is cut");
            }
            entries.add(Arrays.copyOfRange(bundle, at + 2, at + 2 + length));
            at += 2 + length;
        }
        return entries;
    }
}
