package dev.sallyport.recorder.log;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A proof that one leaf is in a log, to be checked offline with the log's key (C2SP tlog-proof); a
 * session's receipt is the one of its {@code seal} leaf.
 *
 * <pre>
 * c2sp.org/tlog-proof@v1
 * extra &lt;base64&gt;            optional and not authenticated: read and dropped
 * index &lt;n&gt;
 * &lt;base64 hash&gt;             none or more, sibling first
 * (empty line)
 * &lt;checkpoint verbatim&gt;
 * </pre>
 *
 * @param checkpoint the signed note, verbatim
 */
public record TlogProof(long index, List<Hash> hashes, String checkpoint) {
    private static final String HEADER = "c2sp.org/tlog-proof@v1";
    private static final Pattern INDEX = Pattern.compile("index (0|[1-9][0-9]{0,17})");
    // A tree of 2^63 leaves needs no longer path.
    private static final int LONGEST_PATH = 63;

    public TlogProof {
        hashes = List.copyOf(hashes);
    }

    /**
     * Reads a proof.
     *
     * @throws IllegalArgumentException when it is malformed
     */
    public static TlogProof parse(String proof) {
        int gap = proof.indexOf("\n\n");
        if (gap < 0 || proof.length() > Note.LARGEST) {
            throw new IllegalArgumentException("not a tlog-proof");
        }
        List<String> lines = List.of(proof.substring(0, gap).split("\n", -1));
        int at = lines.size() > 1 && lines.get(1).startsWith("extra ") ? 2 : 1;
        boolean wellFormed =
                lines.getFirst().equals(HEADER)
                        && lines.size() > at
                        && lines.size() <= at + 1 + LONGEST_PATH
                        && INDEX.matcher(lines.get(at)).matches();
        if (!wellFormed) {
            throw new IllegalArgumentException("not a tlog-proof");
        }
        List<Hash> hashes = new ArrayList<>();
        lines.subList(at + 1, lines.size()).forEach(line -> hashes.add(Hash.ofBase64(line)));
        long index = Long.parseLong(lines.get(at).substring("index ".length()));
        return new TlogProof(index, hashes, proof.substring(gap + 2));
    }

    /** The text form. */
    public String format() {
        StringBuilder text =
                new StringBuilder(HEADER).append("\nindex ").append(index).append('\n');
        hashes.forEach(hash -> text.append(hash.base64()).append('\n'));
        return text.append('\n').append(checkpoint).toString();
    }

    /**
     * True when the proof leads from {@code leaf} to its own checkpoint's root (not: who signed).
     */
    public boolean includes(Hash leaf) {
        Head head = Checkpoint.parse(Note.parse(checkpoint).text()).head();
        return MerkleProofs.verifyInclusion(leaf, index, head.size(), hashes, head.root());
    }
}
