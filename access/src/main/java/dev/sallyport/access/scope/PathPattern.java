package dev.sallyport.access.scope;

import java.util.Arrays;
import java.util.List;

/**
 * Which files a grant may touch: an absolute path where {@code *} stands for any run of characters
 * within one segment and a segment {@code **} for any number of segments, also none. Names that
 * begin with a dot are names like others. Not a regular expression.
 *
 * <p>Only absolute paths without empty, {@code .} and {@code ..} segments match at all; whoever
 * asks resolves them first.
 */
public final class PathPattern {
    private static final String ANY_SEGMENTS = "**";

    private PathPattern() {}

    /** True when {@code path} is one of the paths that {@code pattern} describes. */
    public static boolean matches(String pattern, String path) {
        if (!isNormal(path)) {
            return false;
        }
        return matches(segments(require(pattern)), segments(path));
    }

    /** True when {@code pattern} describes {@code path} and everything below it. */
    public static boolean coversTree(String pattern, String path) {
        return pattern.endsWith("/" + ANY_SEGMENTS) && matches(pattern, path);
    }

    /**
     * Checks a pattern from configuration or from a grant.
     *
     * @throws IllegalArgumentException with what is wrong
     */
    public static String require(String pattern) {
        if (!isNormal(pattern)) {
            throw new IllegalArgumentException(
                    "a path pattern must be absolute and without '//', '.' and '..'");
        }
        return pattern;
    }

    /** True when {@code path} is absolute and has no empty, {@code .} or {@code ..} segment. */
    public static boolean isNormal(String path) {
        if (!path.startsWith("/") || path.indexOf('\0') >= 0) {
            return false;
        }
        return segments(path).stream()
                .noneMatch(name -> name.isEmpty() || name.equals(".") || name.equals(".."));
    }

    private static List<String> segments(String path) {
        return path.equals("/") ? List.of() : Arrays.asList(path.substring(1).split("/", -1));
    }

    /**
     * Goes back to the last {@code **} only, so that the cost is at most the product of lengths.
     */
    private static boolean matches(List<String> pattern, List<String> path) {
        int p = 0;
        int s = 0;
        int resumePattern = -1;
        int resumePath = -1;
        while (s < path.size()) {
            if (p < pattern.size() && pattern.get(p).equals(ANY_SEGMENTS)) {
                resumePattern = ++p;
                resumePath = s;
            } else if (p < pattern.size() && Glob.of(pattern.get(p)).matches(path.get(s))) {
                p++;
                s++;
            } else if (resumePattern >= 0) {
                p = resumePattern;
                s = ++resumePath;
            } else {
                return false;
            }
        }
        while (p < pattern.size() && pattern.get(p).equals(ANY_SEGMENTS)) {
            p++;
        }
        return p == pattern.size();
    }
}
