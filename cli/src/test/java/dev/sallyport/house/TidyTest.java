package dev.sallyport.house;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.house.Checkout.SourceFile;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * The style police: reads every text file of the checkout. Each test lists all offenders at once.
 */
final class TidyTest {
    private static final int LONGEST_FILE = 400;
    private static final int LONGEST_METHOD = 60;
    private static final int WIDEST_LINE = 100;

    private static final Checkout CHECKOUT = Checkout.here();

    private static final Map<String, Set<String>> MAY_IMPORT =
            Map.of(
                    "access", Set.of(),
                    "recorder", Set.of("access"),
                    "broker", Set.of("access"),
                    "proxy-ssh", Set.of("access"),
                    "proxy-db", Set.of("access"),
                    "cli", Set.of("access", "recorder", "broker", "proxy-ssh", "proxy-db"));

    private static final Pattern TYPE =
            Pattern.compile("^\\s*(?:[\\w@-]+\\s+)*(?:class|interface|record|enum)\\s+(\\w+)");
    private static final Pattern FORBIDDEN_NAME =
            Pattern.compile("\\w+(Manager|Service|Helper|Utils?|Impl|Base|Common)");

    @Test
    void seesTheWholeHouse() {
        assertThat(CHECKOUT.java())
                .extracting(file -> file.path().split("/")[0])
                .containsAll(Checkout.MODULES);
        assertThat(CHECKOUT.files()).extracting(SourceFile::path).contains("pom.xml", "bin/test");
    }

    @Test
    void everyFileThatTheTextsNameExists() {
        Pattern named =
                Pattern.compile(
                        "(?<![\\w./-])(?:(?:access|recorder|broker|proxy-ssh|proxy-db|cli|bin|bench|docker"
                            + "|policy|docs|\\.ci|\\.github)/[\\w./-]*\\w"
                            + "|[A-Z]{4,}\\.md|LICENSE|NOTICE)(?![\\w/*<-])");
        List<String> missing = new ArrayList<>();
        for (SourceFile text : CHECKOUT.matching(file -> file.path().endsWith(".md"))) {
            Matcher claims = named.matcher(code(text));
            while (claims.find()) {
                String path = claims.group();
                boolean made = path.contains("/target");
                boolean beside = Files.exists(CHECKOUT.root().resolve(text.folder()).resolve(path));
                if (!made && !beside && !Files.exists(CHECKOUT.root().resolve(path))) {
                    missing.add(text.path() + " names " + path);
                }
            }
        }
        assertThat(missing).isEmpty();
    }

    /** Paths are claims where they stand in code spans, code blocks or links; prose is free. */
    private static String code(SourceFile text) {
        StringBuilder code = new StringBuilder();
        boolean inBlock = false;
        for (String line : text.lines()) {
            if (line.strip().startsWith("```")) {
                inBlock = !inBlock;
            } else if (inBlock) {
                code.append(line).append('\n');
            } else {
                Matcher spans = Pattern.compile("`([^`]+)`|]\\(([^)]+)\\)").matcher(line);
                while (spans.find()) {
                    code.append(spans.group(1) == null ? spans.group(2) : spans.group(1));
                    code.append('\n');
                }
            }
        }
        return code.toString();
    }

    @Test
    void everyPackageSaysWhatItIsForAndIsNullMarked() {
        Set<String> packages = new TreeSet<>();
        Set<String> described = new TreeSet<>();
        for (SourceFile file : CHECKOUT.java()) {
            if (!file.path().contains("/java/")) {
                continue;
            }
            String name = file.folder().replaceFirst(".*?/java/", "");
            packages.add(name);
            if (file.name().equals("package-info.java")
                    && file.text().contains("@NullMarked")
                    && file.text().startsWith("/**")) {
                described.add(name);
            }
        }
        packages.removeAll(described);
        assertThat(packages).isEmpty();
    }

    @Test
    void modulesImportOnlyDownTheHouse() {
        Pattern sibling = Pattern.compile("<artifactId>sallyport-([\\w-]+)</artifactId>");
        for (String module : Checkout.MODULES) {
            SourceFile pom =
                    CHECKOUT.matching(file -> file.path().equals(module + "/pom.xml")).getFirst();
            Set<String> imported =
                    sibling.matcher(pom.text())
                            .results()
                            .map(result -> result.group(1))
                            .filter(name -> !name.equals(module))
                            .collect(Collectors.toSet());
            assertThat(MAY_IMPORT.get(module)).as(module).containsAll(imported);
        }
    }

    @Test
    void noTypeHidesBehindAnEmptyName() {
        assertThat(
                        offenders(
                                CHECKOUT.java(),
                                line -> {
                                    Matcher type = TYPE.matcher(line);
                                    return type.find()
                                            && FORBIDDEN_NAME.matcher(type.group(1)).matches();
                                }))
                .isEmpty();
    }

    @Test
    void filesAndMethodsAreShort() {
        List<String> tooLong = new ArrayList<>();
        for (SourceFile file : CHECKOUT.java()) {
            if (file.lines().size() > LONGEST_FILE) {
                tooLong.add(file.path() + " has " + file.lines().size() + " lines");
            }
            tooLong.addAll(longMethods(file));
        }
        assertThat(tooLong).isEmpty();
    }

    /** With this layout a closing brace stands in the column where its declaration began. */
    private static List<String> longMethods(SourceFile file) {
        List<String> tooLong = new ArrayList<>();
        List<String> lines = file.lines();
        for (int end = 0; end < lines.size(); end++) {
            String indent = lines.get(end).replaceFirst("\\S.*", "");
            if (indent.isEmpty() || !lines.get(end).equals(indent + "}")) {
                continue;
            }
            int start = end - 1;
            while (start > 0 && !lines.get(start).matches(indent + "[\\w@<].*")) {
                start--;
            }
            boolean isType = TYPE.matcher(lines.get(start)).find();
            if (!isType && end - start + 1 > LONGEST_METHOD) {
                tooLong.add(
                        "%s:%d has %d lines".formatted(file.path(), start + 1, end - start + 1));
            }
        }
        return tooLong;
    }

    @Test
    void linesFitTheirColumns() {
        List<SourceFile> code =
                CHECKOUT.matching(file ->
                        file.isJava()
                                || file.path().startsWith("bin/")
                                || file.path().startsWith(".ci/"));
        assertThat(offenders(code, TidyTest::isTooWide)).isEmpty();
    }

    /** Imports, addresses and golden bytes in a string literal cannot be broken. */
    private static boolean isTooWide(String line) {
        return line.length() > WIDEST_LINE
                && !line.startsWith("import ")
                && !line.contains("://")
                && !line.matches(".*\"[^\" ]{60,}\".*");
    }

    @Test
    void nothingNamesOneMachineOrOneRegistry() {
        Pattern machine =
                Pattern.compile(
                        "/(work|root)/|/home/runner|/tmp/sp\\b"
                                + "|repo1?\\.maven\\.(apache\\.)?org|registry\\.npmjs\\.org"
                                + "|deb\\.debian\\.org|proxy\\.golang\\.org|files\\.pythonhosted"
                                + "|pypi\\.org|registry-1\\.docker\\.io|packages\\.adoptium");
        assertThat(offenders(written(), line -> machine.matcher(line).find())).isEmpty();
    }

    @Test
    void nothingIsLeftForLater() {
        Pattern later = Pattern.compile("\\b(TODO|FIXME|XXX)\\b");
        assertThat(offenders(written(), line -> later.matcher(line).find())).isEmpty();
    }

    private static List<SourceFile> written() {
        return CHECKOUT.matching(file -> !file.isRule() && !file.name().equals("LICENSE"));
    }

    @Test
    void testsNeitherSleepNorLookAway() {
        Pattern lookingAway =
                Pattern.compile(
                        "Thread\\.sleep|TimeUnit\\.\\w+\\.sleep|@Disabled|\\bAssumptions\\b"
                                + "|\\bassum(e|ing)(That|True|False|ThatCode|NoException)?\\(");
        List<SourceFile> tests =
                CHECKOUT.matching(file -> file.isTest() && file.isJava() && !file.isRule());
        assertThat(offenders(tests, line -> lookingAway.matcher(line).find())).isEmpty();
    }

    @Test
    void everyTestClassAssertsSomething() {
        Pattern assertion = Pattern.compile("\\b(assert\\w*|fail)\\(");
        List<SourceFile> silent =
                CHECKOUT.matching(file ->
                        file.isTest()
                                && file.name().matches("\\w+(Test|IT)\\.java")
                                && !assertion.matcher(file.text()).find());
        assertThat(silent).extracting(SourceFile::path).isEmpty();
    }

    private static List<String> offenders(List<SourceFile> files, Predicate<String> forbidden) {
        assertThat(files).as("files to look at").isNotEmpty();
        return files.stream()
                .flatMap(file ->
                        IntStream.range(0, file.lines().size())
                                .filter(i -> forbidden.test(file.lines().get(i)))
                                .mapToObj(i -> file.path() + ":" + (i + 1)))
                .toList();
    }
}
