package dev.sallyport.access.policy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.access.yaml.Problem;
import dev.sallyport.access.yaml.Problems;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PolicyProblemsTest {
    @TempDir Path directory;

    @BeforeEach
    void givenASchema() throws IOException {
        write("schema.cedarschema", PolicyTest.SCHEMA);
    }

    private void write(String name, String text) throws IOException {
        Files.writeString(directory.resolve(name), text);
    }

    private List<String> problems() {
        var problems = new Problems();
        Policy.load(directory, problems);
        return problems.all().stream()
                .map(Problem::toString)
                .map(text -> text.replace(directory + "/", ""))
                .toList();
    }

    @Test
    void syntaxErrorsHaveFileLineAndColumn() throws IOException {
        write(
                "a.cedar",
                """
                // a comment; with a semicolon
                @id("good") @reason("strings; too, and \\" quotes")
                permit (principal, action, resource);

                @id("bad") permit (principal, action, resource)
                when { context.approvals = 1 };

                @id("worse") permit (principal, action, everything);
                """);

        assertThat(problems())
                .satisfiesExactly(
                        first ->
                                assertThat(first)
                                        .startsWith("a.cedar:6:8: '=' is not a valid operator")
                                        .contains("=="),
                        second -> assertThat(second).startsWith("a.cedar:8:41: "));
    }

    @Test
    void validationErrorsHaveFileLineAndColumn() throws IOException {
        write(
                "a.cedar",
                """
                @id("typo") permit (principal, action == Action::"request", resource)
                when { "é" == "é" && context.parametrs.customer == 1 };
                @id("unsafe") permit (principal, action == Action::"request", resource)
                when { context.parameters.customer == 1 };
                """);
        write("b.cedar", "@id(\"x\") permit (principal, action == Action::\"reqest\", resource);");

        assertThat(problems())
                .anyMatch(text ->
                        text.startsWith("a.cedar:2:22: attribute `parametrs`")
                                && text.contains("did you mean `parameters`"))
                .anyMatch(text -> text.startsWith("a.cedar:4:8: ") && text.contains("has customer"))
                .anyMatch(text -> text.startsWith("b.cedar:1:39: unrecognized action"))
                .hasSize(3);
    }

    @Test
    void anIdIsNeededAndUnique() throws IOException {
        write(
                "a.cedar",
                "permit (principal, action, resource);\n@id(\"a\")\n"
                        + "permit (principal, action, resource);");
        write("b.cedar", "\n  @id(\"a\") forbid (principal, action, resource);");

        assertThat(problems())
                .satisfiesExactly(
                        first -> assertThat(first).startsWith("a.cedar:1:1: ").contains("@id"),
                        second -> assertThat(second).startsWith("b.cedar:2:3: ").contains("taken"));
    }

    @Test
    void schemaErrorsHaveLineAndColumn() throws IOException {
        write("schema.cedarschema", "entity Group;\nentity Agent in [Group] { owner: Strin };\n");
        write("a.cedar", "@id(\"a\") permit (principal, action, resource;");

        assertThat(problems())
                .satisfiesExactly(
                        first ->
                                assertThat(first)
                                        .startsWith("schema.cedarschema:2:34: ")
                                        .contains("Strin"),
                        second -> assertThat(second).startsWith("a.cedar:1:"));
    }

    @Test
    void templatesUnfinishedStatementsAndBadTtlsAreRefused() throws IOException {
        write("a.cedar", "@id(\"a\") permit (principal == ?principal, action, resource);");
        write("b.cedar", "@id(\"b\") permit (principal, action, resource)");
        write("c.cedar", "@id(\"c\") @ttl(\"soon\") permit (principal, action, resource);");

        assertThat(problems())
                .satisfiesExactly(
                        a -> assertThat(a).startsWith("a.cedar:1:31: "),
                        b -> assertThat(b).startsWith("b.cedar:1:46: "),
                        c -> assertThat(c).startsWith("c.cedar:1:1: ").contains("ttl"));
    }

    @Test
    void anEmptyDirectoryIsAMistake() {
        assertThat(problems()).singleElement().asString().contains("no Cedar policy");
    }
}
