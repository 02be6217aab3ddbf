package dev.sallyport.recorder.verify;

/**
 * Where in a record something was found. What does not apply is an empty string or -1.
 *
 * @param file path below the record's root, with forward slashes
 * @param leaf index in the log
 * @param session the session's id
 * @param offset byte offset in {@code file}
 */
public record Place(String file, long leaf, String session, long offset) {
    /** A file as a whole. */
    static Place file(String file) {
        return new Place(file, -1, "", -1);
    }

    /** The same, in the leaf {@code index}. */
    Place leaf(long index) {
        return new Place(file, index, session, offset);
    }

    /** The same, in a session. */
    Place session(String id) {
        return new Place(file, leaf, id, offset);
    }

    /** The same, at a byte offset. */
    Place offset(long bytes) {
        return new Place(file, leaf, session, bytes);
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(file);
        if (offset >= 0) {
            text.append(" at byte ").append(offset);
        }
        if (leaf >= 0) {
            text.append(" leaf ").append(leaf);
        }
        if (!session.isEmpty()) {
            text.append(" session ").append(session);
        }
        return text.toString();
    }
}
