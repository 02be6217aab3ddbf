package dev.sallyport.recorder.session;

import dev.sallyport.access.port.Cast.Stream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Lines of a cast → the exact bytes and events that were recorded; the inverse of {@link
 * CastEncoder}. Feed every line but the header, then {@link #finish}. Codes that it does not know
 * are skipped. Not thread-safe.
 */
public final class CastDecoder {
    private static final JsonMapper JSON = new JsonMapper();
    private static final Map<String, Stream> DIRECTIONS =
            Map.of("i", Stream.STDIN, "o", Stream.STDOUT, "e", Stream.STDERR);

    /** Longer than any session; in a double, microseconds below it are exact. */
    private static final double MAX_SECONDS = 1e9;

    private static final Pattern SPACE = Pattern.compile(" ");
    private static final Pattern SIZE = Pattern.compile("[0-9]{1,5}x[0-9]{1,5}");
    private static final Pattern STATUS = Pattern.compile("-?[0-9]{1,9}");

    private final Consumer<CastEvent> events;
    private boolean stderrNext;
    // A text whose replaced bytes may come with the next line.
    private Optional<Text> held = Optional.empty();

    private record Text(long micros, Stream stream, String text) {}

    public CastDecoder(Consumer<CastEvent> events) {
        this.events = events;
    }

    /** Takes a line, with or without its line feed. */
    public void line(byte[] line) throws DamagedCastException {
        JsonNode node = parse(line);
        long micros = Math.round(node.get(0).doubleValue() * 1e6);
        String code = node.get(1).stringValue();
        String data = node.get(2).stringValue();
        if (code.equals("b")) {
            replaced(data);
            return;
        }
        finish();
        switch (code) {
            case "o" -> held = Optional.of(new Text(micros, output(), data));
            case "i" -> held = Optional.of(new Text(micros, Stream.STDIN, data));
            case "s" -> stderrNext = data.equals("stderr");
            case "B" -> raw(micros, data);
            case "h" -> events.accept(new CastEvent.End(micros, direction(data)));
            case "r" -> resize(micros, data);
            case "m" -> events.accept(new CastEvent.Mark(micros, data));
            case "x" -> events.accept(new CastEvent.Exit(micros, status(data)));
            default -> {}
        }
    }

    /** Hands out what waited for a further line. */
    public void finish() {
        held.ifPresent(text ->
                events.accept(
                        new CastEvent.Bytes(
                                text.micros(),
                                text.stream(),
                                text.text().getBytes(StandardCharsets.UTF_8))));
        held = Optional.empty();
    }

    private static JsonNode parse(byte[] line) throws DamagedCastException {
        try {
            JsonNode node = JSON.readTree(line);
            if (node.isArray()
                    && node.size() == 3
                    && node.get(0).isNumber()
                    && Math.abs(node.get(0).doubleValue()) < MAX_SECONDS
                    && node.get(1).isString()
                    && node.get(2).isString()) {
                return node;
            }
        } catch (JacksonException _) {
            // Reported below, without the content.
        }
        throw new DamagedCastException("a line of the cast is not [time, code, data]");
    }

    private Stream output() {
        Stream stream = stderrNext ? Stream.STDERR : Stream.STDOUT;
        stderrNext = false;
        return stream;
    }

    private static Stream direction(String letter) throws DamagedCastException {
        Stream stream = DIRECTIONS.get(letter);
        if (stream == null) {
            throw new DamagedCastException("a cast event has an unknown direction");
        }
        return stream;
    }

    private void raw(long micros, String data) throws DamagedCastException {
        if (data.length() < 2 || data.charAt(1) != ' ') {
            throw new DamagedCastException("a raw piece of the cast has no direction");
        }
        events.accept(
                new CastEvent.Bytes(
                        micros, direction(data.substring(0, 1)), base64(data.substring(2))));
    }

    private void replaced(String data) throws DamagedCastException {
        Text text =
                held.orElseThrow(
                        () -> new DamagedCastException("replaced bytes without their text"));
        String[] words = SPACE.split(data, -1);
        if (words.length % 2 == 0 || direction(words[0]) != text.stream()) {
            throw new DamagedCastException("replaced bytes do not belong to the text before");
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(text.text().length());
        int unit = 0;
        int point = 0;
        for (int i = 1; i < words.length; i += 2) {
            int skip = number(words[i]) - point;
            int next = skip < 0 ? -1 : advance(text.text(), unit, skip);
            if (next < 0 || next >= text.text().length() || text.text().charAt(next) != '\uFFFD') {
                throw new DamagedCastException("replaced bytes point at no replacement");
            }
            bytes.writeBytes(text.text().substring(unit, next).getBytes(StandardCharsets.UTF_8));
            bytes.writeBytes(base64(words[i + 1]));
            point += skip + 1;
            unit = next + 1;
        }
        bytes.writeBytes(text.text().substring(unit).getBytes(StandardCharsets.UTF_8));
        held = Optional.empty();
        events.accept(new CastEvent.Bytes(text.micros(), text.stream(), bytes.toByteArray()));
    }

    private static int advance(String text, int unit, int points) {
        int at = unit;
        for (int left = points; left > 0 && at < text.length(); left--) {
            at += Character.charCount(text.codePointAt(at));
        }
        return at;
    }

    private void resize(long micros, String data) throws DamagedCastException {
        if (!SIZE.matcher(data).matches()) {
            throw new DamagedCastException("a resize is not COLSxROWS");
        }
        int x = data.indexOf('x');
        events.accept(
                new CastEvent.Resize(
                        micros,
                        Integer.parseInt(data.substring(0, x)),
                        Integer.parseInt(data.substring(x + 1))));
    }

    private static int status(String data) throws DamagedCastException {
        if (!STATUS.matcher(data).matches()) {
            throw new DamagedCastException("an exit status is not a number");
        }
        return Integer.parseInt(data);
    }

    private static int number(String word) throws DamagedCastException {
        try {
            return Integer.parseUnsignedInt(word);
        } catch (NumberFormatException _) {
            throw new DamagedCastException("an offset of the cast is not a number");
        }
    }

    private static byte[] base64(String text) throws DamagedCastException {
        try {
            return Base64.getDecoder().decode(text);
        } catch (IllegalArgumentException _) {
            throw new DamagedCastException("a piece of the cast is not base64");
        }
    }
}
