package dev.sallyport.access.scope;

import java.util.ArrayList;
import java.util.List;

/**
 * A text with stars, each of which stands for any run of characters, also none. Held as the literal
 * pieces between the stars, so that matching is a left-to-right search without backtracking.
 */
record Glob(List<String> pieces) {
    Glob {
        pieces = List.copyOf(pieces);
    }

    /** Every {@code *} of {@code text} is a star. */
    static Glob of(String text) {
        var pieces = new ArrayList<String>();
        int from = 0;
        for (int star = text.indexOf('*'); star >= 0; star = text.indexOf('*', from)) {
            pieces.add(text.substring(from, star));
            from = star + 1;
        }
        pieces.add(text.substring(from));
        return new Glob(pieces);
    }

    boolean isLiteral() {
        return pieces.size() == 1;
    }

    boolean startsWithStar() {
        return !isLiteral() && pieces.getFirst().isEmpty();
    }

    boolean matches(String text) {
        String first = pieces.getFirst();
        if (isLiteral()) {
            return first.equals(text);
        }
        String last = pieces.getLast();
        if (text.length() < first.length() + last.length()
                || !text.startsWith(first)
                || !text.endsWith(last)) {
            return false;
        }
        String middle = text.substring(first.length(), text.length() - last.length());
        int from = 0;
        for (String piece : pieces.subList(1, pieces.size() - 1)) {
            int found = middle.indexOf(piece, from);
            if (found < 0) {
                return false;
            }
            from = found + piece.length();
        }
        return true;
    }
}
