package dev.sallyport.recorder.verify;

import dev.sallyport.recorder.log.Hash;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * One session as its leaves tell it: open, chunks, seal. Each leaf names the hash of the one
 * before, each chunk begins where its stream ended. Not thread-safe; handed over to the file check
 * when sealed.
 */
final class SessionChain {
    /** Bytes of a segment to which a leaf commits. */
    record Slice(long leaf, int segment, long offset, long length, long lines, Hash sha256) {}

    /** One stream so far. */
    static final class Stream {
        private final List<Slice> slices = new ArrayList<>();
        private long lines;
        private long bytes;
        private Hash last = Hash.EMPTY_ROOT;

        List<Slice> slices() {
            return slices;
        }

        long lines() {
            return lines;
        }

        int segments() {
            return slices.getLast().segment() + 1;
        }
    }

    private static final Duration LONGEST_OPENING = Duration.ofMinutes(1);

    private final LeafRecord.Open open;
    private final String node;
    private final long leaf;
    private final int boot;
    private final Map<String, Stream> streams = new TreeMap<>();
    private Hash previous;

    SessionChain(LeafRecord.Open open, String node, long leaf, Hash hash, int boot) {
        this.open = open;
        this.node = node;
        this.leaf = leaf;
        this.boot = boot;
        this.previous = hash;
    }

    String id() {
        return open.session();
    }

    /** The node whose log opened it: {@code cluster/node}. */
    String node() {
        return node;
    }

    String protocol() {
        return open.protocol();
    }

    /** The leaf that opened it. */
    long leaf() {
        return leaf;
    }

    /** The process that opened it, counted from the first. */
    int boot() {
        return boot;
    }

    Map<String, Stream> streams() {
        return streams;
    }

    /** When it was opened, in milliseconds since 1970. */
    long openedAt() {
        return open.at();
    }

    /** Where its files are, below the record's root. */
    String directory() {
        return directory(openedOn());
    }

    /**
     * Where else its files may be: the directory is named before the leaf is written, and midnight
     * may come between.
     */
    Optional<String> directoryBeforeMidnight() {
        LocalDate before =
                LocalDate.ofInstant(
                        Instant.ofEpochMilli(open.at()).minus(LONGEST_OPENING), ZoneOffset.UTC);
        return before.equals(openedOn()) ? Optional.empty() : Optional.of(directory(before));
    }

    private LocalDate openedOn() {
        return LocalDate.ofInstant(Instant.ofEpochMilli(open.at()), ZoneOffset.UTC);
    }

    private String directory(LocalDate day) {
        return "sessions/" + day.toString().replace('-', '/') + "/" + open.session();
    }

    /**
     * Takes the next chunk.
     *
     * @throws IllegalArgumentException when it does not continue the chain
     */
    void chunk(LeafRecord.Chunk chunk, long index, Hash hash) {
        require(chunk.previous().equals(previous), "does not follow the session's last leaf");
        Stream stream = streams.computeIfAbsent(chunk.stream(), name -> new Stream());
        require(chunk.number() == stream.slices.size(), "is not the stream's next chunk");
        require(chunk.firstLine() == stream.lines, "does not begin at the stream's next line");
        require(chunk.lastLine() >= chunk.firstLine() && chunk.length() > 0, "is empty");
        requireContiguous(chunk, stream);
        long lines = chunk.lastLine() - chunk.firstLine() + 1;
        stream.slices.add(
                new Slice(
                        index,
                        chunk.segment(),
                        chunk.offset(),
                        chunk.length(),
                        lines,
                        chunk.sha256()));
        stream.lines += lines;
        stream.bytes += chunk.length();
        stream.last = hash;
        previous = hash;
    }

    private static void requireContiguous(LeafRecord.Chunk chunk, Stream stream) {
        int segment = 0;
        long end = 0;
        if (!stream.slices.isEmpty()) {
            Slice last = stream.slices.getLast();
            segment = last.segment();
            end = last.offset() + last.length();
        }
        boolean goesOn = chunk.segment() == segment && chunk.offset() == end;
        boolean next = end > 0 && chunk.segment() == segment + 1 && chunk.offset() == 0;
        require(goesOn || next, "does not begin where the stream ended");
    }

    /**
     * Takes the seal.
     *
     * @throws IllegalArgumentException when its totals are not the chunks' or it does not continue
     *     the chain
     */
    void seal(LeafRecord.Seal seal) {
        require(
                seal.previous().isEmpty() || seal.previous().getFirst().equals(previous),
                "does not follow the session's last leaf");
        boolean equal =
                switch (seal.totals()) {
                    case LeafRecord.SealTotals.PerStream totals -> isTotal(totals.streams());
                    case LeafRecord.SealTotals.Sum sum -> isSum(sum);
                };
        require(equal, "has other totals than the session's chunks");
    }

    private boolean isTotal(Map<String, LeafRecord.Stream> totals) {
        return totals.keySet().containsAll(streams.keySet())
                && totals.entrySet().stream()
                        .allMatch(entry -> isTotal(entry.getValue(), stream(entry.getKey())));
    }

    private static boolean isTotal(LeafRecord.Stream total, Stream stream) {
        if (stream.slices.isEmpty()) {
            return total.chunks() == 0 && total.bytes() == 0 && total.segments().isEmpty();
        }
        return total.chunks() == stream.slices.size()
                && total.bytes() == stream.bytes
                && total.lines() == stream.lines
                && total.last().equals(stream.last)
                && (total.segments().isEmpty() || total.segments().size() == stream.segments());
    }

    private boolean isSum(LeafRecord.SealTotals.Sum sum) {
        return sum.count() >= streams.size()
                && sum.chunks() == streams.values().stream().mapToLong(s -> s.slices.size()).sum()
                && sum.bytes() == streams.values().stream().mapToLong(s -> s.bytes).sum()
                && sum.lines() == streams.values().stream().mapToLong(s -> s.lines).sum();
    }

    private Stream stream(String name) {
        return streams.getOrDefault(name, new Stream());
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new IllegalArgumentException("the leaf " + otherwise);
        }
    }
}
