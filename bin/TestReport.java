import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.xml.XMLConstants;
import javax.xml.parsers.DocumentBuilderFactory;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/**
 * Sums the surefire and failsafe reports of all modules; run by {@code bin/test} from source.
 *
 * <p>A test class that left no report counts as failed: its JVM died, or it was never started. So
 * a green line cannot come from tests that did not run. Arguments: the checkout, and whether the
 * tests tagged {@code full} were asked for.
 */
final class TestReport {
    private static final Pattern TEST_CLASS = Pattern.compile(".*(Test|IT)\\.java");
    private static final Pattern FULL_CLASS =
            Pattern.compile("@Tag\\(\"full\"\\)[^{;]*\\bclass\\b", Pattern.DOTALL);
    private static final Pattern FULL_METHOD =
            Pattern.compile("@Tag\\(\"full\"\\)[^{;]*?\\bvoid\\s+(\\w+)", Pattern.DOTALL);

    private final Path root;
    private final boolean full;
    private final Set<String> reported = new TreeSet<>();
    private final List<String> failures = new ArrayList<>();
    private final List<String> skips = new ArrayList<>();
    private int passed;

    private TestReport(Path root, boolean full) {
        this.root = root;
        this.full = full;
    }

    public static void main(String[] arguments) throws IOException {
        TestReport report = new TestReport(Path.of(arguments[0]), arguments[1].equals("true"));
        for (Path module : report.modules()) {
            report.readReports(module.resolve("target/surefire-reports"));
            report.readReports(module.resolve("target/failsafe-reports"));
            report.lookForSilence(module.resolve("src/test/java"));
        }
        report.print();
        System.exit(report.failures.isEmpty() && report.passed > 0 ? 0 : 1);
    }

    private List<Path> modules() throws IOException {
        try (Stream<Path> folders = Files.list(root)) {
            return folders.filter(f -> Files.exists(f.resolve("pom.xml"))).sorted().toList();
        }
    }

    private void readReports(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return;
        }
        try (Stream<Path> files = Files.list(folder)) {
            files.filter(f -> f.getFileName().toString().matches("TEST-.*\\.xml"))
                    .sorted()
                    .forEach(this::read);
        }
    }

    private void read(Path file) {
        try {
            DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
            factory.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
            Document report = factory.newDocumentBuilder().parse(file.toFile());
            NodeList cases = report.getElementsByTagName("testcase");
            for (int i = 0; i < cases.getLength(); i++) {
                count((Element) cases.item(i));
            }
            String name = file.getFileName().toString();
            reported.add(name.substring("TEST-".length(), name.length() - ".xml".length()));
        } catch (Exception unreadable) {
            failures.add("unreadable report " + root.relativize(file));
        }
    }

    private void count(Element test) {
        String owner = test.getAttribute("classname").replaceFirst("\\$.*", "");
        String name = owner + "." + test.getAttribute("name");
        reported.add(owner);
        NodeList skipped = test.getElementsByTagName("skipped");
        if (has(test, "failure") || has(test, "error")) {
            failures.add(name);
        } else if (skipped.getLength() > 0) {
            skips.add(name + ": " + ((Element) skipped.item(0)).getAttribute("message"));
        } else {
            passed++;
        }
    }

    private static boolean has(Element test, String tag) {
        return test.getElementsByTagName(tag).getLength() > 0;
    }

    private void lookForSilence(Path tests) throws IOException {
        if (!Files.isDirectory(tests)) {
            return;
        }
        try (Stream<Path> files = Files.walk(tests)) {
            files.filter(f -> TEST_CLASS.matcher(f.getFileName().toString()).matches())
                    .sorted()
                    .forEach(f -> expect(tests, f));
        }
    }

    private void expect(Path tests, Path file) {
        String relative = tests.relativize(file).toString();
        String name = relative.substring(0, relative.length() - 5).replace('/', '.');
        String source = source(file);
        if (!full) {
            var tagged = FULL_METHOD.matcher(source);
            while (tagged.find()) {
                System.out.println("NOT RUN (only with --full): " + name + "." + tagged.group(1));
            }
        }
        boolean abstractClass = source.contains("abstract class " + simple(name));
        boolean allTagged = !full && FULL_CLASS.matcher(source).find();
        if (allTagged) {
            System.out.println("NOT RUN (only with --full): " + name);
        } else if (!abstractClass && !reported.contains(name) && !onlyFullMethods(source)) {
            failures.add(name + " left no report: it did not run or its JVM died");
        }
    }

    private boolean onlyFullMethods(String source) {
        int tests = source.split("@(Test|ParameterizedTest|RepeatedTest)\\b", -1).length - 1;
        int tagged = source.split("@Tag\\(\"full\"\\)", -1).length - 1;
        return !full && tests > 0 && tagged >= tests;
    }

    private static String simple(String name) {
        return name.substring(name.lastIndexOf('.') + 1);
    }

    private static String source(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void print() {
        skips.forEach(s -> System.out.println("SKIPPED: " + s));
        failures.forEach(f -> System.out.println("FAILED: " + f));
        System.out.printf(
                "%d passed, %d failed, %d skipped%n", passed, failures.size(), skips.size());
    }
}
