package dev.sallyport.broker.intent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.access.fake.Attack;
import dev.sallyport.access.yaml.Problems;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What an agent says never chooses whom the broker asks. */
final class CatalogueFileTest {
    @TempDir Path directory;

    private List<String> problems(String url) throws IOException {
        Files.writeString(
                directory.resolve("intents.yaml"),
                """
                intent: read
                ttl: 5m
                parameters: { p: { type: string } }
                facts: { active: { http: "%s", pointer: /active, type: bool } }
                scope:
                  - ssh: batch-1
                    login: report
                    exec: ["uptime"]
                approvers: [leads]
                """
                        .formatted(url));
        var problems = new Problems();
        CatalogueFile.load(directory, Set.of(), problems);
        return problems.all().stream().map(Object::toString).toList();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://{p}/customers",
                "https://crm.{p}.internal/customers",
                "https://crm.internal{p}",
                "https://crm.internal{p}/customers",
                "https://crm.internal:844{p}/customers",
                "https://crm.internal?customer={p}",
                "https://crm.internal#{p}",
                "{p}://crm.internal/customers",
                "https:/{p}/customers"
            })
    @Attack(17)
    void refusesAParameterInTheHostOfAFact(String url) throws IOException {
        assertThat(problems(url)).isNotEmpty().allMatch(problem -> problem.contains("intents"));
    }

    @Test
    void takesAParameterBehindTheHost() throws IOException {
        assertThat(problems("https://crm.internal/customers/{p}")).isEmpty();
        assertThat(problems("https://crm.internal:8443/?customer={p}")).isEmpty();
        assertThat(problems("http://127.0.0.1:8080/customers/{p}/x")).isEmpty();
    }
}
