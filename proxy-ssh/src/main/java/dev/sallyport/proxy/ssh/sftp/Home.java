package dev.sallyport.proxy.ssh.sftp;

import dev.sallyport.access.scope.PathPattern;
import java.util.ArrayDeque;

/**
 * Makes paths absolute and free of {@code .}, {@code ..} and empty segments. It knows names only,
 * no file system: that is why the path that was judged is also the one that is sent on.
 *
 * @param directory where the target puts relative paths
 */
record Home(String directory) {
    /** PATH_MAX of Linux; a longer path opens nothing there. */
    private static final int MAX_PATH = 4096;

    Home {
        if (!PathPattern.isNormal(directory)) {
            throw new IllegalArgumentException("a home must be a normal path");
        }
    }

    /** The one path that {@code path} names. */
    String resolve(String path) throws MalformedStreamException {
        return resolve(directory, path);
    }

    /** The path that a link named {@code link} with the content {@code content} leads to. */
    static String ofLink(String link, String content) throws MalformedStreamException {
        return resolve(link.substring(0, link.lastIndexOf('/') + 1), content);
    }

    private static String resolve(String from, String path) throws MalformedStreamException {
        if (path.length() > MAX_PATH || path.indexOf('\0') >= 0) {
            throw new MalformedStreamException("a path is too long or holds a NUL");
        }
        var names = new ArrayDeque<String>();
        for (String name : (path.startsWith("/") ? path : from + "/" + path).split("/", -1)) {
            if (name.equals("..")) {
                names.pollLast();
            } else if (!name.isEmpty() && !name.equals(".")) {
                names.addLast(name);
            }
        }
        return "/" + String.join("/", names);
    }
}
