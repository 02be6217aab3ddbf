package dev.sallyport.recorder;

import dev.sallyport.recorder.journal.JournalSettings;
import java.nio.file.Path;
import java.time.Duration;

/**
 * How a node records.
 *
 * @param root the record's directory; one process at a time owns it
 * @param key file of the log's signing key, outside of the record; made when missing
 * @param cluster part of the log's origin
 * @param node part of the log's origin, and in every event
 * @param version of this program, for the boot leaf
 * @param freeSpaceFloor bytes below which no session is admitted; below half of it open recordings
 *     fail, so that what is left suffices to seal them
 */
public record RecorderSettings(
        Path root,
        Path key,
        String cluster,
        String node,
        String version,
        long freeSpaceFloor,
        JournalSettings journal,
        Pace pace) {

    /**
     * How often things happen.
     *
     * @param flush bytes go to segments, unforced
     * @param checkpoint chunks of busy streams, and a checkpoint when there is news
     * @param chunk a chunk of every stream that has bytes
     * @param heartbeat an {@code hb} leaf
     */
    public record Pace(Duration flush, Duration checkpoint, Duration chunk, Duration heartbeat) {
        public static final Pace DEFAULT =
                new Pace(
                        Duration.ofMillis(200),
                        Duration.ofSeconds(1),
                        Duration.ofSeconds(5),
                        Duration.ofSeconds(60));
    }

    /** 512 MiB: eight journal files, or what a busy node writes in some seconds. */
    public static final long FREE_SPACE_FLOOR = 512L << 20;

    /** The defaults, with the key in {@code keys/log.key} beside the record. */
    public static RecorderSettings of(Path root, String cluster, String node) {
        return new RecorderSettings(
                root,
                root.toAbsolutePath().resolveSibling("keys").resolve("log.key"),
                cluster,
                node,
                "0.1",
                FREE_SPACE_FLOOR,
                JournalSettings.DEFAULT,
                Pace.DEFAULT);
    }

    /** Where the key's public side is kept for whoever verifies the record on this machine. */
    Path verifierKey() {
        return key.resolveSibling("log.vkey");
    }

    /** The same settings for another version of the program. */
    public RecorderSettings withVersion(String version) {
        return new RecorderSettings(
                root, key, cluster, node, version, freeSpaceFloor, journal, pace);
    }

    public RecorderSettings withJournal(JournalSettings journal) {
        return new RecorderSettings(
                root, key, cluster, node, version, freeSpaceFloor, journal, pace);
    }

    public RecorderSettings withPace(Pace pace) {
        return new RecorderSettings(
                root, key, cluster, node, version, freeSpaceFloor, journal, pace);
    }

    public RecorderSettings withFreeSpaceFloor(long freeSpaceFloor) {
        return new RecorderSettings(
                root, key, cluster, node, version, freeSpaceFloor, journal, pace);
    }
}
