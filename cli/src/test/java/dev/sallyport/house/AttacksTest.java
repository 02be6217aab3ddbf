package dev.sallyport.house;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.house.Checkout.SourceFile;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Every line of the catalogue of attacks has a test that names it, and no test names another. */
final class AttacksTest {
    private static final Pattern LINE = Pattern.compile("(?m)^(\\d+)\\. \\S");
    private static final Pattern NAMED = Pattern.compile("@Attack\\(([\\s\\d,{}]+)\\)");
    private static final Pattern NUMBER = Pattern.compile("\\d+");

    private static final Checkout CHECKOUT = Checkout.here();

    @Test
    void everyAttackOfTheCatalogueHasATest() {
        // Given
        Set<Integer> listed = listed();
        // When
        Set<Integer> untested = new TreeSet<>(listed);
        untested.removeAll(tested());
        // Then
        assertThat(listed).contains(1, 35, 49, 62).hasSize(49);
        assertThat(untested).as("attacks of docs/attacks.md that no test names").isEmpty();
    }

    @Test
    void noTestNamesAnAttackThatIsNotListed() {
        // When
        Set<Integer> unlisted = new TreeSet<>(tested());
        unlisted.removeAll(listed());
        // Then
        assertThat(unlisted).isEmpty();
    }

    private static Set<Integer> listed() {
        SourceFile catalogue =
                CHECKOUT.matching(file -> file.path().equals("docs/attacks.md")).getFirst();
        return LINE.matcher(catalogue.text())
                .results()
                .map(line -> Integer.valueOf(line.group(1)))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Set<Integer> tested() {
        return CHECKOUT.java().stream()
                .filter(SourceFile::isTest)
                .flatMap(file -> NAMED.matcher(file.text()).results())
                .flatMap(named -> NUMBER.matcher(named.group(1)).results())
                .map(number -> Integer.valueOf(number.group()))
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
