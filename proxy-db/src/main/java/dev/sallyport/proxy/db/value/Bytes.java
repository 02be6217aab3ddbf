package dev.sallyport.proxy.db.value;

import java.util.Arrays;

/** Reads big-endian numbers; whatever is missing or left over is undecodable. */
final class Bytes {
    private final byte[] bytes;
    private int at;

    Bytes(byte[] bytes) {
        this.bytes = bytes;
    }

    int left() {
        return bytes.length - at;
    }

    private long number(int size) throws UndecodableException {
        if (left() < size) {
            throw new UndecodableException();
        }
        long number = 0;
        for (int i = 0; i < size; i++) {
            number = number << 8 | bytes[at++] & 0xff;
        }
        return number;
    }

    int int1() throws UndecodableException {
        return (int) number(1);
    }

    short int2() throws UndecodableException {
        return (short) number(2);
    }

    int int4() throws UndecodableException {
        return (int) number(4);
    }

    long unsigned4() throws UndecodableException {
        return number(4);
    }

    long int8() throws UndecodableException {
        return number(8);
    }

    byte[] take(int length) throws UndecodableException {
        if (length < 0 || length > left()) {
            throw new UndecodableException();
        }
        byte[] taken = Arrays.copyOfRange(bytes, at, at + length);
        at += length;
        return taken;
    }

    byte[] rest() throws UndecodableException {
        return take(left());
    }

    void end() throws UndecodableException {
        require(left() == 0);
    }

    static void require(boolean holds) throws UndecodableException {
        if (!holds) {
            throw new UndecodableException();
        }
    }
}
