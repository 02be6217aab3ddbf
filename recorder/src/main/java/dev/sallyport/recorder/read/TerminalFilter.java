package dev.sallyport.recorder.read;

import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Lets through what draws on a terminal and nothing that acts on it (ECMA-48, xterm control
 * sequences). Gone are: all strings (OSC with its clipboard and titles, DCS, APC, PM, SOS), all
 * queries that make the viewer's terminal type an answer (DSR, DA, window reports, ENQ), and all
 * modes that change what its keyboard and mouse send. Sequences may be cut anywhere between calls.
 * Not thread-safe.
 *
 * <pre>
 * TEXT -ESC→ ESCAPE -[→ CSI -final→ TEXT
 *               |     -] P X ^ _→ STRING -BEL or ST→ TEXT
 *               '-( ) * + # %→ CHARSET -any→ TEXT
 * </pre>
 */
public final class TerminalFilter {
    private enum State {
        TEXT,
        ESCAPE,
        INTERMEDIATE,
        CSI,
        STRING,
        STRING_ESCAPE
    }

    // Longer than any sequence that draws; what is longer is dropped.
    private static final int LONGEST = 256;
    private static final char ESC = 0x1b;
    private static final String DRAWING_FINALS = "@ABCDEFGHIJKLMPSTXZ`abdefgmrsu";
    private static final String SAFE_ESCAPES = "78DEHM";
    private static final String SAFE_CONTROLS = "\u0007\b\t\n\u000b\f\r\u000e\u000f";
    // Wrap, origin, cursor, alternate screen, synchronised drawing. No mouse, paste or focus modes.
    private static final Set<String> PRIVATE_MODES =
            Set.of("3", "5", "6", "7", "12", "25", "47", "1047", "1048", "1049", "2026");
    private static final Set<String> ANSI_MODES = Set.of("4", "20");

    private final StringBuilder sequence = new StringBuilder();
    private State state = State.TEXT;

    /** The drawing part of {@code text}. */
    public String filter(String text) {
        StringBuilder drawn = new StringBuilder(text.length());
        text.codePoints().forEach(c -> take(c, drawn));
        return drawn.toString();
    }

    private void take(int c, StringBuilder drawn) {
        // CAN and SUB end any sequence, on every terminal.
        if (c == 0x18 || c == 0x1a) {
            state = State.TEXT;
            return;
        }
        switch (state) {
            case TEXT -> text(c, drawn);
            case ESCAPE -> escape(c, drawn);
            case INTERMEDIATE -> intermediate(c, drawn);
            case CSI -> csi(c, drawn);
            case STRING -> string(c);
            case STRING_ESCAPE -> {
                state = State.TEXT;
                if (c != '\\') {
                    // The escape began something new.
                    begin();
                    escape(c, drawn);
                }
            }
        }
    }

    private void begin() {
        state = State.ESCAPE;
        sequence.setLength(0);
        sequence.append(ESC);
    }

    private void text(int c, StringBuilder drawn) {
        if (c == ESC) {
            begin();
        } else if (c >= 0x80 && c < 0xa0) {
            // The 8-bit forms of ESC @ to ESC _.
            begin();
            escape(c - 0x40, drawn);
        } else if (c >= ' ' && c != 0x7f || SAFE_CONTROLS.indexOf(c) >= 0) {
            drawn.appendCodePoint(c);
        }
    }

    private void escape(int c, StringBuilder drawn) {
        if (c == ESC) {
            begin();
        } else if (c == '[') {
            sequence.append('[');
            state = State.CSI;
        } else if (c == ']' || c == 'P' || c == 'X' || c == '^' || c == '_') {
            state = State.STRING;
        } else if (c == 'k') {
            // screen's own title string
            state = State.STRING;
        } else if (c >= ' ' && c <= '/') {
            sequence.append((char) c);
            state = State.INTERMEDIATE;
        } else if (c < ' ') {
            control(c, drawn);
        } else {
            state = State.TEXT;
            if (SAFE_ESCAPES.indexOf(c) >= 0) {
                drawn.append(sequence).append((char) c);
            }
        }
    }

    private void intermediate(int c, StringBuilder drawn) {
        if (c == ESC) {
            begin();
        } else if (c >= ' ' && c <= '/' && sequence.length() < LONGEST) {
            sequence.append((char) c);
        } else if (c < ' ') {
            control(c, drawn);
        } else {
            state = State.TEXT;
            char kind = sequence.charAt(1);
            boolean draws = sequence.length() == 2 && ("()*+".indexOf(kind) >= 0 || kind == '#');
            if (draws && c >= '0' && c <= '~') {
                drawn.append(sequence).append((char) c);
            }
        }
    }

    private void csi(int c, StringBuilder drawn) {
        if (c == ESC) {
            begin();
        } else if (c >= ' ' && c <= '?') {
            if (sequence.length() < LONGEST) {
                sequence.append((char) c);
            }
        } else if (c < ' ') {
            control(c, drawn);
        } else {
            state = State.TEXT;
            String parameters = sequence.substring(2);
            if (c <= '~' && sequence.length() < LONGEST && draws(parameters, (char) c)) {
                drawn.append(modes(parameters, (char) c));
            }
        }
    }

    private static boolean draws(String parameters, char last) {
        boolean plain = parameters.chars().allMatch(c -> c >= '0' && c <= ';');
        if (plain && DRAWING_FINALS.indexOf(last) >= 0) {
            return true;
        }
        return switch (last) {
            case 'h', 'l' -> !wanted(parameters).isEmpty();
            case 'J', 'K' -> parameters.matches("\\?[0-9]?");
            case 'q' -> parameters.matches("[0-9]? ");
            case 'p' -> parameters.equals("!");
            default -> false;
        };
    }

    private String modes(String parameters, char last) {
        if (last != 'h' && last != 'l') {
            return sequence.toString() + last;
        }
        return ESC + "[" + (parameters.startsWith("?") ? "?" : "") + wanted(parameters) + last;
    }

    private static String wanted(String parameters) {
        boolean isPrivate = parameters.startsWith("?");
        Set<String> modes = isPrivate ? PRIVATE_MODES : ANSI_MODES;
        return Stream.of(parameters.substring(isPrivate ? 1 : 0).split(";", -1))
                .filter(modes::contains)
                .collect(Collectors.joining(";"));
    }

    private void string(int c) {
        if (c == 0x07 || c == 0x9c) {
            state = State.TEXT;
        } else if (c == ESC) {
            state = State.STRING_ESCAPE;
        }
    }

    /** Controls act at once, also within a sequence. */
    private static void control(int c, StringBuilder drawn) {
        if (SAFE_CONTROLS.indexOf(c) >= 0) {
            drawn.append((char) c);
        }
    }
}
