package dev.sallyport.proxy.db.value;

import java.util.HexFormat;

/** Addresses of networks and of their cards. */
final class NetworkText {
    private static final int V4 = 2;
    private static final int V6 = 3;
    private static final int GROUPS = 8;

    private NetworkText() {}

    /** {@code int1 family, bits, isCidr, length; address}. */
    static String address(Bytes bytes) throws UndecodableException {
        int family = bytes.int1();
        int bits = bytes.int1();
        boolean network = bytes.int1() != 0;
        byte[] address = bytes.take(bytes.int1());
        Bytes.require(family == V4 && address.length == 4 || family == V6 && address.length == 16);
        int width = address.length * 8;
        Bytes.require(bits <= width);
        String text = family == V4 ? four(address, 0) : six(address);
        return network || bits != width ? text + "/" + bits : text;
    }

    private static String four(byte[] address, int from) {
        return "%d.%d.%d.%d"
                .formatted(
                        address[from] & 0xff,
                        address[from + 1] & 0xff,
                        address[from + 2] & 0xff,
                        address[from + 3] & 0xff);
    }

    /** The longest run of two zero groups or more becomes {@code ::}, the first of equals. */
    private static String six(byte[] address) {
        int[] groups = new int[GROUPS];
        for (int i = 0; i < GROUPS; i++) {
            groups[i] = (address[2 * i] & 0xff) << 8 | address[2 * i + 1] & 0xff;
        }
        int start = 0;
        int length = 0;
        for (int i = 0; i < GROUPS; i++) {
            int run = zeros(groups, i);
            if (run > length) {
                start = i;
                length = run;
            }
        }
        if (length < 2) {
            start = GROUPS;
            length = 0;
        }
        if (start == 0 && holdsFour(groups, length)) {
            return (length == 5 ? "::ffff:" : "::") + four(address, 12);
        }
        return length == 0
                ? joined(groups, 0, GROUPS)
                : joined(groups, 0, start) + "::" + joined(groups, start + length, GROUPS);
    }

    private static int zeros(int[] groups, int from) {
        int at = from;
        while (at < GROUPS && groups[at] == 0) {
            at++;
        }
        return at - from;
    }

    /** {@code ::1.2.3.4} and {@code ::ffff:1.2.3.4}, but {@code ::1} and {@code ::ffff}. */
    private static boolean holdsFour(int[] groups, int zeros) {
        return zeros == 6 || zeros == 5 && groups[5] == 0xffff;
    }

    private static String joined(int[] groups, int from, int to) {
        StringBuilder text = new StringBuilder();
        for (int i = from; i < to; i++) {
            text.append(i == from ? "" : ":").append(Integer.toHexString(groups[i]));
        }
        return text.toString();
    }

    static String hardware(byte[] address) {
        return HexFormat.ofDelimiter(":").formatHex(address);
    }
}
