package dev.sallyport.proxy.db.catalogue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * The functions that a statement may call without a word about them in its grant. Everything else
 * is an act of its own, whatever it does: the list allows, nothing is forbidden by name.
 *
 * <p>PostgreSQL's own are allowed by name from a list ({@code harmless-functions.txt} beside this
 * class, which says by which rules it was made), and only as the catalogue shows them: in {@code
 * pg_catalog}, shipped with the server, not {@code SECURITY DEFINER}, and not volatile unless the
 * list says so. Of extensions, those are allowed whose every function computes from its arguments,
 * and of any extension what stands behind an operator: compiled, which takes a superuser to
 * install. Without that a database with {@code citext} could not compare two values.
 */
public final class HarmlessFunctions {
    private static final String LIST = "harmless-functions.txt";

    /** Data types and text functions; none of them runs SQL from a string or opens anything. */
    private static final Set<String> PURE_EXTENSIONS =
            Set.of(
                    "btree_gin",
                    "btree_gist",
                    "citext",
                    "cube",
                    "earthdistance",
                    "fuzzystrmatch",
                    "hstore",
                    "intarray",
                    "isn",
                    "ltree",
                    "pg_trgm",
                    "seg",
                    "unaccent",
                    "vector");

    private final Set<String> steady;
    private final Set<String> changing;

    private HarmlessFunctions(Set<String> steady, Set<String> changing) {
        this.steady = Set.copyOf(steady);
        this.changing = Set.copyOf(changing);
    }

    /** The list that is shipped. */
    public static HarmlessFunctions shipped() {
        Set<String> steady = new HashSet<>();
        Set<String> changing = new HashSet<>();
        try (InputStream in =
                        Objects.requireNonNull(
                                HarmlessFunctions.class.getResourceAsStream(LIST), LIST);
                var lines =
                        new BufferedReader(new InputStreamReader(in, StandardCharsets.US_ASCII))) {
            for (String line : lines.lines().toList()) {
                if (line.startsWith("volatile ")) {
                    changing.add(line.substring("volatile ".length()));
                } else if (!line.isEmpty() && !line.startsWith("#")) {
                    steady.add(line);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new HarmlessFunctions(steady, changing);
    }

    /** What {@code candidates} could call or tell that is not harmless; empty when all of it is. */
    public SortedSet<QualifiedName> beyond(Candidates candidates) {
        SortedSet<QualifiedName> beyond = new TreeSet<>(candidates.revealing());
        candidates.functions().stream()
                .filter(function -> !isHarmless(function))
                .forEach(function -> beyond.add(function.name()));
        return beyond;
    }

    /**
     * Like {@link #beyond} for what {@link Catalogue#operators} found. Operators take values, not
     * statements, so those of any extension are harmless when they are compiled and not volatile.
     */
    public SortedSet<QualifiedName> beyondOperators(Candidates candidates) {
        SortedSet<QualifiedName> beyond = new TreeSet<>();
        candidates.functions().stream()
                .filter(function -> !isHarmless(function) && !isOperatorOfExtension(function))
                .forEach(function -> beyond.add(function.name()));
        return beyond;
    }

    /** True for a function that may always be called. */
    public boolean isHarmless(Function function) {
        if (function.isSecurityDefiner() || function.kind() == Function.Kind.PROCEDURE) {
            return false;
        }
        boolean steadily = function.volatility() != Function.Volatility.VOLATILE;
        if (function.cameWithPostgres()) {
            String name = function.name().name();
            return steadily && steady.contains(name) || changing.contains(name);
        }
        return steadily
                && PURE_EXTENSIONS.contains(function.extension())
                && (isCompiled(function) || function.language().equals("sql"));
    }

    private static boolean isOperatorOfExtension(Function function) {
        return !function.extension().isEmpty()
                && isCompiled(function)
                && function.volatility() != Function.Volatility.VOLATILE
                && !function.isSecurityDefiner();
    }

    /** True for what only a superuser can install. */
    private static boolean isCompiled(Function function) {
        return function.language().equals("c") || function.language().equals("internal");
    }

    Set<String> steadyNames() {
        return steady;
    }

    Set<String> volatileNames() {
        return changing;
    }
}
