package dev.sallyport.access.scope;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.sallyport.access.certificate.TestAuthority;
import dev.sallyport.access.json.JsonObject;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ScopeJsonTest {
    static Stream<Scope> scopes() {
        return Stream.of(TestAuthority.ssh("report"), TestAuthority.db(), TestAuthority.k8s());
    }

    @ParameterizedTest
    @MethodSource("scopes")
    void readsTheScopeThatItWrites(Scope scope) {
        assertThat(read(ScopeJson.write(scope).toString())).isEqualTo(scope);
    }

    @ParameterizedTest
    @MethodSource("scopes")
    void refusesAScopeOfAnotherProtocol(Scope scope) {
        String json = ScopeJson.write(scope).toString();
        String own = scope.target().protocol().word() + ":";
        String other = own.equals("db:") ? "ssh:" : "db:";

        assertThatIllegalArgumentException().isThrownBy(() -> read(json.replace(own, other)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"budget", "groups", "namespaces", "verbs", "resources", "target"})
    void refusesAScopeWithoutOneOfItsFields(String field) {
        String json = ScopeJson.write(TestAuthority.k8s()).toString();

        assertThatIllegalArgumentException()
                .isThrownBy(() -> read(json.replace('"' + field + '"', "\"x\"")));
    }

    private static Scope read(String json) {
        return ScopeJson.read(JsonObject.parse(json.getBytes(UTF_8), 10_000));
    }
}
