package dev.sallyport.house;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/**
 * The files of this checkout as the rules see them: sources and texts, without what a build makes.
 */
record Checkout(Path root, List<SourceFile> files) {
    static final List<String> MODULES =
            List.of("access", "recorder", "broker", "proxy-ssh", "proxy-db", "cli");

    private static final Set<String> NOT_OURS =
            Set.of(".git", "target", ".idea", ".vscode", ".settings", "data", "__pycache__");

    /** One text file; {@code path} is relative to the root and written with slashes. */
    record SourceFile(String path, List<String> lines) {
        SourceFile {
            lines = List.copyOf(lines);
        }

        String name() {
            return path.substring(path.lastIndexOf('/') + 1);
        }

        String folder() {
            return path.substring(0, Math.max(path.lastIndexOf('/'), 0));
        }

        String text() {
            return String.join("\n", lines);
        }

        boolean isJava() {
            return path.endsWith(".java");
        }

        boolean isTest() {
            return path.contains("/src/test/");
        }

        /** The rules name what they forbid, so they are not asked about themselves. */
        boolean isRule() {
            return path.contains("/dev/sallyport/house/");
        }
    }

    Checkout {
        files = List.copyOf(files);
    }

    /** Reads the checkout around the working directory. */
    static Checkout here() {
        Path candidate = Path.of("").toAbsolutePath();
        while (!Files.isDirectory(candidate.resolve("access"))
                || !Files.exists(candidate.resolve("pom.xml"))) {
            candidate = candidate.getParent();
            if (candidate == null) {
                throw new IllegalStateException("the tests run outside of a checkout");
            }
        }
        return new Checkout(candidate, read(candidate));
    }

    List<SourceFile> java() {
        return matching(SourceFile::isJava);
    }

    List<SourceFile> matching(Predicate<SourceFile> predicate) {
        return files.stream().filter(predicate).toList();
    }

    private static List<SourceFile> read(Path root) {
        List<SourceFile> found = new ArrayList<>();
        try {
            Files.walkFileTree(
                    root,
                    new SimpleFileVisitor<>() {
                        @Override
                        public FileVisitResult preVisitDirectory(
                                Path folder, BasicFileAttributes attributes) {
                            return NOT_OURS.contains(folder.getFileName().toString())
                                            && !folder.equals(root)
                                            && !folder.toString().contains("/src/")
                                    ? FileVisitResult.SKIP_SUBTREE
                                    : FileVisitResult.CONTINUE;
                        }

                        @Override
                        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                                throws IOException {
                            // In a linked worktree .git is a file.
                            if (!NOT_OURS.contains(file.getFileName().toString())) {
                                addText(root, file, found);
                            }
                            return FileVisitResult.CONTINUE;
                        }
                    });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return found;
    }

    private static void addText(Path root, Path file, List<SourceFile> found) throws IOException {
        String path = root.relativize(file).toString().replace('\\', '/');
        try {
            found.add(new SourceFile(path, Files.readAllLines(file)));
        } catch (MalformedInputException binary) {
            found.add(new SourceFile(path, List.of()));
        }
    }
}
