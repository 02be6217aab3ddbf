package dev.sallyport.broker.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.access.Secret;
import dev.sallyport.access.port.BrokerUnreachableException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class SocketWireTest {
    private static final String HEAD = "HTTP/1.1 201 Created\r\nX: y\r\ncontent-length: 2\r\n\r\n";

    @TempDir private Path directory;

    private static Wire.Answer parse(String answer) throws IOException {
        return SocketWire.parse(answer.getBytes(StandardCharsets.ISO_8859_1));
    }

    @Test
    void readsStatusAndBody() throws IOException {
        // When
        Wire.Answer answer = parse(HEAD + "{}");

        // Then
        assertThat(answer.status()).isEqualTo(201);
        assertThat(answer.body()).asString().isEqualTo("{}");
    }

    @Test
    void refusesAnAnswerThatIsCutAtAnyByte() {
        String whole = HEAD + "{}";
        for (int length = 0; length < whole.length(); length++) {
            String cut = whole.substring(0, length);
            assertThatThrownBy(() -> parse(cut)).as(cut).isInstanceOf(IOException.class);
        }
        assertThatThrownBy(() -> parse(whole + "x")).isInstanceOf(IOException.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/2 200 OK\r\ncontent-length: 2\r\n\r\n{}",
                "HTTP/1.1 20 OK\r\ncontent-length: 2\r\n\r\n{}",
                "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n{}",
                "HTTP/1.1 200 OK\r\ncontent-length: -2\r\n\r\n{}",
                "HTTP/1.1 200 OK\r\ncontent-length: 99999999999\r\n\r\n{}",
                "HTTP/1.1 200 OK\r\nx-content-length: 2\r\n\r\n{}",
                "\r\n\r\n{}"
            })
    void refusesAnAnswerThatIsOdd(String answer) {
        assertThatThrownBy(() -> parse(answer)).isInstanceOf(IOException.class);
    }

    @Test
    void aBrokerThatIsAwayIsUnreachable() {
        try (var client =
                new BrokerClient(directory.resolve("no.sock"), () -> Secret.of("spo1.x"))) {
            assertThatThrownBy(client::locks)
                    .isInstanceOf(BrokerUnreachableException.class)
                    .hasMessageContaining("no.sock");
        }
    }
}
