package dev.sallyport.recorder.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.access.port.Cast.Stream;
import dev.sallyport.access.port.CastHeader;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class CastEncoderTest {
    @Test
    void keepsSplitCharactersWholeAsAsciinemaDoes() {
        CastEncoder encoder = new CastEncoder(true);
        assertThat(text(encoder, Stream.STDOUT, "c5bcc3")).isEqualTo("[1.000000,\"o\",\"ż\"]\n");
        assertThat(encoder.isPending()).isTrue();
        assertThat(text(encoder, Stream.STDOUT, "b3c582")).isEqualTo("[1.000000,\"o\",\"ół\"]\n");
        assertThat(encoder.isPending()).isFalse();
        assertThat(text(encoder, Stream.STDOUT, "80"))
                .isEqualTo("[1.000000,\"o\",\"\uFFFD\"]\n[1.000000,\"b\",\"o 0 gA==\"]\n");
        assertThat(text(encoder, Stream.STDOUT, "c3")).isEmpty();
    }

    @Test
    void tagsStderrAndEscapesControls() {
        CastEncoder encoder = new CastEncoder(true);
        assertThat(text(encoder, Stream.STDERR, "1b5b6d227f0ac285"))
                .isEqualTo(
                        "[1.000000,\"s\",\"stderr\"]\n"
                                + "[1.000000,\"o\",\"\\u001b[m\\\"\\u007f\\n\\u0085\"]\n");
    }

    @Test
    void writesBinaryWithoutTerminalAsRawPieces() {
        byte[] noise = new byte[CastEncoder.MAX_PIECE];
        new Random(5).nextBytes(noise);
        byte[] line = new CastEncoder(false).bytes(Stream.STDOUT, ByteBuffer.wrap(noise), 1);
        assertThat(new String(line, StandardCharsets.US_ASCII)).startsWith("[0.000001,\"B\",\"o ");
        assertThat(line.length).isLessThan(noise.length * 4 / 3 + 64);
    }

    @Test
    void staysBelowTheFrameLimitForTheWorstPieceOnATerminal() {
        byte[] worst = new byte[CastEncoder.MAX_PIECE];
        Arrays.fill(worst, (byte) 0xff);
        byte[] lines = new CastEncoder(true).bytes(Stream.STDIN, ByteBuffer.wrap(worst), 1);
        assertThat(lines.length).isLessThan(2 * 1024 * 1024 - 8);
    }

    @Test
    void makesControlsInATitleVisible() {
        byte[] header =
                CastEncoder.header(
                        new CastHeader(2, "ls \u001b[31m\n", true, 80, 24, "xterm"),
                        "S1",
                        Instant.parse("2026-11-23T10:00:00.123456Z"));
        assertThat(new String(header, StandardCharsets.UTF_8))
                .isEqualTo(
                        "{\"version\":2,\"width\":80,\"height\":24,"
                                + "\"timestamp\":1795428000,\"title\":\"ls"
                                + " \\\\x1b[31m\\\\x0a\",\"env\":{\"TERM\":\"xterm\"},"
                                + "\"sallyport\":{\"session\":\"S1\",\"channel\":2,"
                                + "\"terminal\":true,"
                                + "\"start\":\"2026-11-23T10:00:00.123456Z\"}}\n");
    }

    @Test
    void givesBackEveryByteOfAnyMixture() throws Exception {
        Random random = new Random(42);
        for (int round = 0; round < 300; round++) {
            // Given
            CastEncoder encoder = new CastEncoder(round % 2 == 0);
            Map<Stream, ByteArrayOutputStream> sent = new EnumMap<>(Stream.class);
            List<byte[]> lines = new ArrayList<>();

            // When
            for (int i = 0; i < 20; i++) {
                Stream stream = Stream.values()[random.nextInt(3)];
                byte[] piece = piece(random);
                sent.computeIfAbsent(stream, key -> new ByteArrayOutputStream()).writeBytes(piece);
                lines.add(encoder.bytes(stream, ByteBuffer.wrap(piece), i * 1000L));
                if (random.nextInt(5) == 0) {
                    lines.add(encoder.flush(stream, i * 1000L));
                }
            }
            for (Stream stream : Stream.values()) {
                lines.add(encoder.flush(stream, 20_000));
            }

            // Then
            Map<Stream, ByteArrayOutputStream> got = decode(lines);
            for (Stream stream : Stream.values()) {
                ByteArrayOutputStream none = new ByteArrayOutputStream();
                assertThat(got.getOrDefault(stream, none).toByteArray())
                        .isEqualTo(sent.getOrDefault(stream, none).toByteArray());
            }
        }
    }

    @Test
    void refusesLinesThatAreNoCast() {
        CastDecoder decoder = new CastDecoder(event -> {});
        for (String line :
                List.of(
                        "",
                        "{}",
                        "[1,2]",
                        "[1,\"o\",3]",
                        "[1,\"b\",\"o 0 gA==\"]",
                        "[1,\"B\",\"x AA==\"]",
                        "[1,\"B\",\"o ***\"]",
                        "[1,\"r\",\"80\"]",
                        "[1,\"x\",\"y\"]",
                        "[1e999999999,\"q\",\"\"]")) {
            assertThatThrownBy(() -> decoder.line(line.getBytes(StandardCharsets.UTF_8)))
                    .as(line)
                    .isInstanceOf(DamagedCastException.class);
        }
    }

    private static byte[] piece(Random random) {
        byte[] piece = new byte[random.nextInt(200)];
        int kind = random.nextInt(3);
        if (kind == 0) {
            random.nextBytes(piece);
            return piece;
        }
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < piece.length; i++) {
            int limit = kind == 1 ? 128 : 0x11000;
            int point = random.nextInt(limit);
            text.appendCodePoint(point >= 0xD800 && point < 0xE000 ? '\uFFFD' : point);
        }
        byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
        int from = bytes.length == 0 ? 0 : random.nextInt(Math.min(4, bytes.length));
        return Arrays.copyOfRange(
                bytes, from, bytes.length - random.nextInt(bytes.length - from + 1) / 8);
    }

    private static Map<Stream, ByteArrayOutputStream> decode(List<byte[]> chunks)
            throws DamagedCastException {
        Map<Stream, ByteArrayOutputStream> got = new EnumMap<>(Stream.class);
        CastDecoder decoder =
                new CastDecoder(event -> {
                    if (event instanceof CastEvent.Bytes bytes) {
                        got.computeIfAbsent(bytes.stream(), key -> new ByteArrayOutputStream())
                                .writeBytes(bytes.bytes());
                    }
                });
        for (byte[] chunk : chunks) {
            String text = new String(chunk, StandardCharsets.UTF_8);
            if (!text.isEmpty()) {
                assertThat(text).endsWith("\n").doesNotContain("\n\n");
                for (String line : text.split("\n")) {
                    decoder.line(line.getBytes(StandardCharsets.UTF_8));
                }
            }
        }
        decoder.finish();
        return got;
    }

    private static String text(CastEncoder encoder, Stream stream, String hex) {
        byte[] bytes = HexFormat.of().parseHex(hex);
        return new String(
                encoder.bytes(stream, ByteBuffer.wrap(bytes), 1_000_000), StandardCharsets.UTF_8);
    }
}
