package dev.sallyport.recorder.session;

import dev.sallyport.access.port.Cast.Stream;
import dev.sallyport.access.port.CastHeader;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;

/**
 * Bytes of a channel → lines of an asciicast v2 that players show as text and from which {@link
 * CastDecoder} gets every byte back. Not thread-safe.
 *
 * <pre>
 * [t,"o","text"]        stdout     [t,"i","text"]  stdin     [t,"r","80x24"]  [t,"m","label"]
 * [t,"s","stderr"]      the next "o" is stderr
 * [t,"b","o 3 /w== …"]  what became U+FFFD in the text before: direction, then pairs of an offset
 *                       in code points and the bytes; direction is o, i or e (stderr)
 * [t,"B","o base64"]    a piece that is mostly not text, on a channel without a terminal
 * [t,"h","o"]           half-close       [t,"x","0"]  exit status
 * </pre>
 *
 * An incomplete UTF-8 sequence at the end of a piece waits for the next one, as asciinema's decoder
 * does, so that split characters stay whole; {@link #flush} writes it out.
 */
public final class CastEncoder {
    /** Longest piece of one line; even all escaped it stays below the journal's frame limit. */
    public static final int MAX_PIECE = 64 * 1024;

    private static final int SAMPLE = 256;
    private static final byte[] NONE = {};
    private static final boolean[] PLAIN = plain();

    private final boolean terminal;
    private final byte[][] pending = {NONE, NONE, NONE};

    public CastEncoder(boolean terminal) {
        this.terminal = terminal;
    }

    /** The first line. */
    public static byte[] header(CastHeader header, String session, Instant start) {
        return new JsonText(512)
                .raw("{\"version\":2,\"width\":")
                .number(header.columns())
                .key("height")
                .number(header.rows())
                .key("timestamp")
                .number(start.getEpochSecond())
                .key("title")
                .string(visible(header.title()))
                .raw(",\"env\":{\"TERM\":")
                .string(header.terminalType())
                .raw("},\"sallyport\":{\"session\":")
                .string(session)
                .key("channel")
                .number(header.channel())
                .raw(",\"terminal\":")
                .raw(header.terminal() ? "true" : "false")
                .raw(",\"start\":")
                .time(start)
                .raw("}}\n")
                .toBytes();
    }

    /** Lines for at most {@link #MAX_PIECE} bytes, all of which are consumed; may be empty. */
    public byte[] bytes(Stream stream, ByteBuffer bytes, long micros) {
        byte[] before = pending[stream.ordinal()];
        byte[] piece = Arrays.copyOf(before, before.length + bytes.remaining());
        bytes.get(piece, before.length, bytes.remaining());
        pending[stream.ordinal()] = NONE;
        if (!terminal && looksBinary(piece)) {
            return raw(stream, piece, micros);
        }
        return text(stream, piece, micros, false);
    }

    /** True when bytes wait for the rest of a character. */
    public boolean isPending() {
        return pending[0].length + pending[1].length + pending[2].length > 0;
    }

    /** What waits on {@code stream}, as it is; empty when nothing does. */
    public byte[] flush(Stream stream, long micros) {
        byte[] piece = pending[stream.ordinal()];
        pending[stream.ordinal()] = NONE;
        return piece.length == 0 ? NONE : text(stream, piece, micros, true);
    }

    public static byte[] end(Stream stream, long micros) {
        return simple(micros, 'h', String.valueOf(direction(stream)));
    }

    public static byte[] resize(int columns, int rows, long micros) {
        return simple(micros, 'r', columns + "x" + rows);
    }

    public static byte[] mark(String label, long micros) {
        return simple(micros, 'm', visible(label));
    }

    public static byte[] exit(int status, long micros) {
        return simple(micros, 'x', Integer.toString(status));
    }

    private static byte[] simple(long micros, char code, String data) {
        return start(new JsonText(64 + data.length()), micros, code)
                .string(data)
                .raw("]\n")
                .toBytes();
    }

    private static JsonText start(JsonText line, long micros, char code) {
        return line.raw('[')
                .number(micros / 1_000_000)
                .raw('.')
                .padded(micros % 1_000_000, 6)
                .raw(",\"")
                .raw(code)
                .raw("\",");
    }

    private static byte[] raw(Stream stream, byte[] piece, long micros) {
        byte[] encoded = Base64.getEncoder().encode(piece);
        return start(new JsonText(encoded.length + 48), micros, 'B')
                .raw('"')
                .raw(direction(stream))
                .raw(' ')
                .raw(encoded)
                .raw("\"]\n")
                .toBytes();
    }

    private byte[] text(Stream stream, byte[] piece, long micros, boolean last) {
        JsonText line = new JsonText(piece.length + piece.length / 8 + 128);
        if (stream == Stream.STDERR) {
            start(line, micros, 's').raw("\"stderr\"]\n");
        }
        start(line, micros, stream == Stream.STDIN ? 'i' : 'o').raw('"');
        int begin = line.length();
        Replaced replaced = new Replaced(piece);
        int at = 0;
        while (at < piece.length) {
            at = run(piece, at, line);
            if (at == piece.length) {
                break;
            }
            int length = Utf8.length(piece, at, piece.length);
            if (length == 0 && !last) {
                pending[stream.ordinal()] = Arrays.copyOfRange(piece, at, piece.length);
                break;
            }
            if (length > 0) {
                special(piece, at, length, line);
                at += length;
            } else {
                int bad = length == 0 ? piece.length - at : -length;
                line.raw(Utf8.REPLACEMENT);
                replaced.add(at, bad);
                at += bad;
            }
            if (!terminal && line.length() - begin + replaced.cost() > piece.length * 3 / 2 + 64) {
                pending[stream.ordinal()] = NONE;
                return raw(stream, piece, micros);
            }
        }
        if (line.length() == begin) {
            return NONE;
        }
        line.raw("\"]\n");
        if (!replaced.isEmpty()) {
            start(line, micros, 'b').raw('"').raw(direction(stream));
            line.raw(replaced.text()).raw("\"]\n");
        }
        return line.toBytes();
    }

    /** Copies what needs no escape; returns where it ends. */
    private static int run(byte[] piece, int from, JsonText line) {
        int at = from;
        while (at < piece.length && PLAIN[piece[at] & 0xff]) {
            at++;
        }
        if (at > from) {
            line.raw(piece, from, at);
        }
        return at;
    }

    private static void special(byte[] piece, int at, int length, JsonText line) {
        int first = piece[at] & 0xff;
        if (length == 1) {
            line.escaped(first);
        } else if (first == 0xC2 && (piece[at + 1] & 0xff) < 0xA0) {
            line.escaped(piece[at + 1] & 0xff);
        } else {
            line.raw(piece, at, at + length);
        }
    }

    private static boolean looksBinary(byte[] piece) {
        int sample = Math.min(SAMPLE, piece.length);
        int controls = 0;
        for (int i = 0; i < sample; i++) {
            int b = piece[i];
            if (b >= 0 && b < ' ' && b != '\n' && b != '\r' && b != '\t' && b != 0x1b) {
                controls++;
            }
        }
        return controls * 16 > sample;
    }

    private static char direction(Stream stream) {
        return switch (stream) {
            case STDIN -> 'i';
            case STDOUT -> 'o';
            case STDERR -> 'e';
        };
    }

    /** Controls as visible text: a title is shown by players that know nothing of hostile ones. */
    private static String visible(String text) {
        StringBuilder visible = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (Character.isISOControl(c)) {
                visible.append("\\x")
                        .append(Character.forDigit(c >> 4, 16))
                        .append(Character.forDigit(c & 15, 16));
            } else {
                visible.append(c);
            }
        }
        return visible.toString();
    }

    private static boolean[] plain() {
        boolean[] plain = new boolean[256];
        Arrays.fill(plain, ' ', 0x7f, true);
        plain['"'] = false;
        plain['\\'] = false;
        return plain;
    }

    /** What became U+FFFD: offsets in code points of the text, and the bytes. */
    private static final class Replaced {
        private final byte[] piece;
        private final StringBuilder text = new StringBuilder();
        private int counted;
        private int points;

        Replaced(byte[] piece) {
            this.piece = piece;
        }

        void add(int at, int length) {
            for (; counted < at; counted++) {
                if ((piece[counted] & 0xC0) != 0x80) {
                    points++;
                }
            }
            byte[] bytes = Arrays.copyOfRange(piece, at, at + length);
            text.append(' ')
                    .append(points)
                    .append(' ')
                    .append(
                            new String(
                                    Base64.getEncoder().encode(bytes), StandardCharsets.US_ASCII));
            counted = at + length;
            points++;
        }

        boolean isEmpty() {
            return text.isEmpty();
        }

        int cost() {
            return text.length();
        }

        String text() {
            return text.toString();
        }
    }
}
