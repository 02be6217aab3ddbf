package dev.sallyport.recorder.read;

import dev.sallyport.recorder.session.CastEvent;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/**
 * Draws what a channel's terminal showed: decodes its output, which may be cut within a character,
 * and drops what would act on the viewer's terminal. Not thread-safe.
 */
final class Screen {
    // A UTF-8 sequence that is not complete yet.
    private static final int LONGEST_REST = 4;

    private final Appendable out;
    private final TerminalFilter filter = new TerminalFilter();
    private final CharsetDecoder utf8 =
            StandardCharsets.UTF_8
                    .newDecoder()
                    .onMalformedInput(CodingErrorAction.REPLACE)
                    .onUnmappableCharacter(CodingErrorAction.REPLACE);
    private ByteBuffer rest = ByteBuffer.allocate(0);

    Screen(Appendable out) {
        this.out = out;
    }

    /** Draws output; what was typed, resizes and marks are not drawn. */
    void draw(CastEvent event) throws IOException {
        if (event instanceof CastEvent.Bytes bytes && isOutput(bytes)) {
            ByteBuffer input = ByteBuffer.allocate(rest.remaining() + bytes.bytes().length);
            input.put(rest).put(bytes.bytes()).flip();
            CharBuffer text = CharBuffer.allocate(input.remaining() + LONGEST_REST);
            utf8.decode(input, text, false);
            rest = ByteBuffer.allocate(input.remaining()).put(input).flip();
            out.append(filter.filter(text.flip().toString()));
        }
    }

    private static boolean isOutput(CastEvent.Bytes bytes) {
        return switch (bytes.stream()) {
            case STDOUT, STDERR -> true;
            case STDIN -> false;
        };
    }
}
