package dev.sallyport.recorder.verify;

import dev.sallyport.recorder.log.Hash;
import dev.sallyport.recorder.log.TlogProof;
import dev.sallyport.recorder.session.LineFeeds;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * Compares one session's files with its leaves: the hash and the lines of every slice, every
 * segment, {@code SHA256SUMS}, the receipt, and that nothing else is there. Runs on one thread.
 */
final class SessionFiles {
    /** A seal and its place in the log. */
    record Sealed(LeafRecord.Seal seal, long leaf, Hash hash, boolean receiptDue) {}

    private static final String SUMS = "SHA256SUMS";
    private static final String RECEIPT = "seal.tlog-proof";
    private static final Pattern SEGMENT =
            Pattern.compile("[A-Za-z0-9_-][A-Za-z0-9._-]{0,63}-[0-9]{6,9}\\.seg");
    private static final int BUFFER = 256 * 1024;

    /** Longest receipt or list of sums, in bytes. */
    static final long LARGEST_SMALL_FILE = 16 << 20;

    private final RecordFiles files;
    private final SessionChain chain;
    private final Findings findings;
    private final String name;
    private final Path directory;
    private final Map<String, Hash> sums = new TreeMap<>();
    private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER);
    private long verifiedBytes;

    SessionFiles(RecordFiles files, SessionChain chain, String name, Findings findings) {
        this.files = files;
        this.chain = chain;
        this.findings = findings;
        this.name = name;
        this.directory = files.root().resolve(name);
    }

    /**
     * Checks a session that is still open. More than its leaves say may be there already: the end
     * of each stream, in its last segment and the ones that follow without a gap.
     *
     * @param live whether the node can be writing it now; else what no leaf commits to is
     *     incomplete
     */
    void checkOpen(boolean live) {
        Map<String, Long> signed = checkSegments(false);
        Map<String, Integer> next = new HashMap<>();
        for (Path file : RecordFiles.list(directory)) {
            String name = file.getFileName().toString();
            boolean sealing = name.equals(SUMS) || name.equals(RECEIPT);
            if (!RecordFiles.isFile(file)) {
                files.unknown(file, findings);
            } else if (signed.containsKey(name)) {
                requireSigned(file, signed.get(name), live);
            } else if (sealing || isNext(name, next)) {
                requireSigned(file, 0, live);
            } else {
                files.unknown(file, findings);
            }
        }
    }

    private void requireSigned(Path file, long end, boolean live) {
        if (!live && RecordFiles.size(file) > end) {
            findings.incomplete(
                    place(file.getFileName().toString()).offset(end),
                    "no leaf commits to what follows, and the node has written none since");
        }
    }

    /** True for the segment after a stream's last one, or the first of a stream; in their order. */
    private boolean isNext(String name, Map<String, Integer> next) {
        if (!SEGMENT.matcher(name).matches()) {
            return false;
        }
        String stream = name.substring(0, name.lastIndexOf('-'));
        SessionChain.Stream written = chain.streams().get(stream);
        int number = next.getOrDefault(stream, written == null ? 0 : written.segments());
        next.put(stream, number + 1);
        return name.equals(segmentName(stream, number));
    }

    /** True for a plain file with the name of a segment. */
    static boolean isSegment(Path file) {
        return RecordFiles.isFile(file) && SEGMENT.matcher(file.getFileName().toString()).matches();
    }

    /** Checks a sealed session. */
    void checkSealed(Sealed sealed) {
        Set<String> known = checkSegments(true).keySet();
        checkSums(sealed.seal());
        checkReceipt(sealed);
        for (Path file : RecordFiles.list(directory)) {
            String name = file.getFileName().toString();
            boolean expected = known.contains(name) || name.equals(SUMS) || name.equals(RECEIPT);
            if (!expected || !RecordFiles.isFile(file)) {
                files.unknown(file, findings);
            }
        }
    }

    /** Bytes whose hashes were compared. */
    long verifiedBytes() {
        return verifiedBytes;
    }

    private Place place(String file) {
        return Place.file(name + "/" + file).session(chain.id());
    }

    /** Checks every slice; where the signed bytes of each segment end. */
    private Map<String, Long> checkSegments(boolean sealed) {
        Map<String, Long> ends = new HashMap<>();
        chain.streams()
                .forEach((stream, content) -> {
                    List<SessionChain.Slice> slices = content.slices();
                    int from = 0;
                    for (int to = 1; to <= slices.size(); to++) {
                        int segment = slices.get(from).segment();
                        if (to == slices.size() || slices.get(to).segment() != segment) {
                            String name = segmentName(stream, segment);
                            SessionChain.Slice last = slices.get(to - 1);
                            ends.put(name, last.offset() + last.length());
                            boolean whole = sealed || to < slices.size();
                            checkSegment(name, slices.subList(from, to), whole);
                            from = to;
                        }
                    }
                });
        return ends;
    }

    /** The file of a stream's segment. */
    static String segmentName(String stream, int segment) {
        String digits = Integer.toString(segment);
        return stream + "-" + "0".repeat(Math.max(0, 6 - digits.length())) + digits + ".seg";
    }

    private void checkSegment(String name, List<SessionChain.Slice> slices, boolean whole) {
        Path file = directory.resolve(name);
        if (!RecordFiles.isFile(file)) {
            findings.failure(place(name).leaf(slices.getFirst().leaf()), "segment is missing");
            return;
        }
        MessageDigest segment = Hash.digest();
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            for (SessionChain.Slice slice : slices) {
                checkSlice(channel, name, slice, segment, slices.size() == 1);
            }
            SessionChain.Slice last = slices.getLast();
            long end = last.offset() + last.length();
            if (whole && channel.size() > end) {
                findings.failure(
                        place(name).offset(end),
                        "bytes after the last ones that a leaf commits to");
            }
            Hash sum = slices.size() == 1 ? slices.getFirst().sha256() : Hash.of(segment.digest());
            sums.put(name, sum);
        } catch (EOFException cut) {
            findings.failure(place(name), "segment is cut");
        } catch (IOException unreadable) {
            findings.failure(place(name), "segment cannot be read");
        }
    }

    private void checkSlice(
            FileChannel channel,
            String name,
            SessionChain.Slice slice,
            MessageDigest segment,
            boolean alone)
            throws IOException {
        MessageDigest digest = Hash.digest();
        long lines = 0;
        byte last = '\n';
        long position = slice.offset();
        long end = position + slice.length();
        while (position < end) {
            buffer.clear().limit((int) Math.min(BUFFER, end - position));
            int count = channel.read(buffer, position);
            if (count < 0) {
                Place cut = place(name).leaf(slice.leaf()).offset(position);
                findings.failure(cut, "segment ends within a chunk");
                throw new EOFException(name);
            }
            byte[] bytes = buffer.array();
            digest.update(bytes, 0, count);
            if (!alone) {
                segment.update(bytes, 0, count);
            }
            lines += LineFeeds.count(bytes, count);
            last = bytes[count - 1];
            position += count;
        }
        verifiedBytes += slice.length();
        Place place = place(name).leaf(slice.leaf()).offset(slice.offset());
        if (!Hash.of(digest.digest()).equals(slice.sha256())) {
            findings.failure(place, "bytes are not the ones that the leaf commits to");
        } else if (lines != slice.lines() || last != '\n') {
            findings.failure(place, "chunk has other lines than its leaf says");
        }
    }

    private void checkSums(LeafRecord.Seal seal) {
        StringBuilder expected = new StringBuilder();
        sums.forEach(
                (name, hash) -> expected.append(hash.hex()).append("  ").append(name).append('\n'));
        byte[] content = expected.toString().getBytes(StandardCharsets.UTF_8);
        try {
            byte[] stored = RecordFiles.read(directory.resolve(SUMS), LARGEST_SMALL_FILE);
            if (!Hash.sha256(stored).equals(seal.sums())) {
                findings.failure(place(SUMS), "is not the file that the seal commits to");
            } else if (!Arrays.equals(stored, content)) {
                findings.failure(place(SUMS), "lists other hashes than the segments have");
            }
        } catch (IOException missing) {
            findings.failure(place(SUMS), "is missing or unreadable");
        }
        if (seal.totals() instanceof LeafRecord.SealTotals.PerStream totals) {
            totals.streams().forEach(this::checkSegmentSums);
        }
    }

    private void checkSegmentSums(String stream, LeafRecord.Stream total) {
        List<Hash> segments = new ArrayList<>(total.segments());
        for (int i = 0; i < segments.size(); i++) {
            String name = segmentName(stream, i);
            Hash actual = sums.get(name);
            if (actual != null && !actual.equals(segments.get(i))) {
                findings.failure(place(name), "segment is not the one that the seal commits to");
            }
        }
    }

    private void checkReceipt(Sealed sealed) {
        Path file = directory.resolve(RECEIPT);
        if (!RecordFiles.isFile(file)) {
            findings.add(
                    sealed.receiptDue() ? Severity.INCOMPLETE : Severity.NOTE,
                    place(RECEIPT),
                    "the session's receipt is not there");
            return;
        }
        try {
            byte[] bytes = RecordFiles.read(file, LARGEST_SMALL_FILE);
            TlogProof proof = TlogProof.parse(new String(bytes, StandardCharsets.UTF_8));
            if (proof.index() != sealed.leaf() || !proof.includes(sealed.hash())) {
                findings.failure(
                        place(RECEIPT).leaf(sealed.leaf()), "receipt does not prove the seal");
            }
        } catch (IOException | IllegalArgumentException malformed) {
            findings.failure(place(RECEIPT), "is no receipt");
        }
    }
}
