package dev.sallyport.broker.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.access.fake.MutableClock;
import java.io.InputStream;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Locale;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The table of routes and the OpenAPI document say the same. */
final class RouteTest {
    @Test
    void openApiNamesExactlyTheRoutesAndTheirCallers() throws Exception {
        // Given
        JsonNode document;
        try (InputStream stream = Route.class.getResourceAsStream("openapi.json")) {
            document = JsonMapper.builder().build().readTree(stream);
        }
        // When
        var written = new TreeMap<String, TreeSet<String>>();
        document.get("paths")
                .properties()
                .forEach(path ->
                        path.getValue()
                                .properties()
                                .forEach(operation -> {
                                    var who = new TreeSet<String>();
                                    operation
                                            .getValue()
                                            .get("x-sallyport-who")
                                            .forEach(w -> who.add(w.asString()));
                                    written.put(operation.getKey() + " " + path.getKey(), who);
                                }));
        var table = new TreeMap<String, TreeSet<String>>();
        for (Route route : Route.values()) {
            var who = new TreeSet<String>();
            route.who().forEach(w -> who.add(w.name().toLowerCase(Locale.ROOT)));
            table.put(route.method().toLowerCase(Locale.ROOT) + " " + route.path(), who);
        }
        // Then
        assertThat(document.get("openapi").asString()).isEqualTo("3.1.0");
        assertThat(written).isEqualTo(table);
    }

    @Test
    void openApiNamesExactlyTheFieldsOfEveryBody() throws Exception {
        // Given
        JsonNode schemas;
        try (InputStream stream = Route.class.getResourceAsStream("openapi.json")) {
            schemas =
                    JsonMapper.builder().build().readTree(stream).get("components").get("schemas");
        }
        for (Class<?> shape : ApiBody.class.getPermittedSubclasses()) {
            // When
            var fields = new TreeSet<String>();
            for (var component : shape.getRecordComponents()) {
                fields.add(component.getName());
            }
            // Then
            assertThat(
                            new TreeSet<>(
                                    schemas.get(shape.getSimpleName())
                                            .get("properties")
                                            .propertyNames()))
                    .as(shape.getSimpleName())
                    .isEqualTo(fields);
        }
    }

    @Test
    void rateIsLimitedForEachPeer() throws Exception {
        // Given
        var clock = new MutableClock();
        var limit = new RateLimit(1, 3, clock);
        InetAddress peer = InetAddress.getByName("192.0.2.1");
        // When, Then
        for (int i = 0; i < 3; i++) {
            assertThat(limit.permits(peer)).isTrue();
        }
        assertThat(limit.permits(peer)).isFalse();
        assertThat(limit.permits(InetAddress.getByName("192.0.2.2"))).isTrue();
        assertThat(limit.permits(InetAddress.getByName("2001:db8::1"))).isTrue();
        clock.advance(Duration.ofSeconds(1));
        assertThat(limit.permits(peer)).isTrue();
    }
}
