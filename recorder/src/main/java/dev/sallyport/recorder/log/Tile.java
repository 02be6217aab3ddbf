package dev.sallyport.recorder.log;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The name of one stored piece of a log (C2SP tlog-tiles): either a tile of up to 256 hashes or a
 * bundle of up to 256 entries.
 *
 * <pre>
 * tile/&lt;level&gt;/&lt;index&gt;[.p/&lt;width&gt;]      hashes; level 0 = leaf hashes
 * tile/entries/&lt;index&gt;[.p/&lt;width&gt;]      entries
 * </pre>
 *
 * @param level 0 to 7 for hashes (a log cannot outgrow that), {@link #ENTRIES} for a bundle
 * @param width how many hashes or entries: 1 to 256, and 256 is a full one
 */
public record Tile(int level, long index, int width) {
    /** Hashes of a full tile, entries of a full bundle. */
    public static final int WIDTH = 256;

    /** The level that stands for entry bundles. */
    public static final int ENTRIES = -1;

    // 256^8 is beyond a long, so no tile above this level can exist.
    private static final int HIGHEST = 7;
    private static final Pattern NAME =
            Pattern.compile(
                    "tile/(entries|0|[1-9][0-9]?)/((?:x[0-9]{3}/)*[0-9]{3})(?:\\.p/([1-9][0-9]{0,2}))?");

    public Tile {
        if (level < ENTRIES || level > HIGHEST || index < 0 || width < 1 || width > WIDTH) {
            throw new IllegalArgumentException(
                    "no such tile: " + level + " " + index + " " + width);
        }
    }

    /** The path below the log's directory, with forward slashes. */
    public String path() {
        String kind = level == ENTRIES ? "entries" : Integer.toString(level);
        String partial = isFull() ? "" : ".p/" + width;
        return "tile/" + kind + "/" + indexPath(index) + partial;
    }

    /**
     * Reads a path below the log's directory; empty when it names no tile in the one valid form.
     */
    public static Optional<Tile> parse(String path) {
        Matcher name = NAME.matcher(path);
        if (!name.matches()) {
            return Optional.empty();
        }
        String digits = name.group(2).replace("x", "").replace("/", "");
        int width = name.group(3) == null ? WIDTH : Integer.parseInt(name.group(3));
        int level = name.group(1).equals("entries") ? ENTRIES : Integer.parseInt(name.group(1));
        if (digits.length() > 18 || level > HIGHEST || width > WIDTH) {
            return Optional.empty();
        }
        Tile tile = new Tile(level, Long.parseLong(digits), width);
        return tile.path().equals(path) ? Optional.of(tile) : Optional.empty();
    }

    /** Everything that a log of {@code size} leaves consists of, level by level, entries last. */
    public static List<Tile> covering(long size) {
        return grownBetween(0, size);
    }

    /** What a log must additionally store when it grows from one size to a larger one. */
    public static List<Tile> grownBetween(long from, long to) {
        List<Tile> tiles = new ArrayList<>();
        long before = from;
        long after = to;
        for (int level = 0; after > 0; level++) {
            addGrown(tiles, level, before, after);
            before >>>= 8;
            after >>>= 8;
        }
        addGrown(tiles, ENTRIES, from, to);
        return tiles;
    }

    private static void addGrown(List<Tile> tiles, int level, long before, long after) {
        for (long index = before >>> 8; index < after >>> 8; index++) {
            tiles.add(new Tile(level, index, WIDTH));
        }
        int rest = (int) (after & 255);
        if (rest > 0 && before != after) {
            tiles.add(new Tile(level, after >>> 8, rest));
        }
    }

    /** True for a tile that will never change. */
    public boolean isFull() {
        return width == WIDTH;
    }

    /** The number of the first hash or entry. */
    public long first() {
        return index << 8;
    }

    private static String indexPath(long index) {
        StringBuilder path = new StringBuilder(threeDigits(index % 1000));
        for (long rest = index / 1000; rest > 0; rest /= 1000) {
            path.insert(0, "x" + threeDigits(rest % 1000) + "/");
        }
        return path.toString();
    }

    private static String threeDigits(long group) {
        String digits = Long.toString(group);
        return "0".repeat(3 - digits.length()) + digits;
    }
}
