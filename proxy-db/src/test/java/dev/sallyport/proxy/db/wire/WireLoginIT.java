package dev.sallyport.proxy.db.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.PGConnection;

/** Logs in to PostgreSQL 18 in every way that the codecs know. */
final class WireLoginIT {
    private static RealServer server;

    @BeforeAll
    static void startServer() throws SQLException {
        server = new RealServer();
        server.execute(
                "create role anna login password 'sesame'",
                "create role clear login password 'sesame'",
                "create role unicode login",
                "set password_encryption = 'md5'; create role old login password 'sesame'");
    }

    @AfterAll
    static void stopServer() {
        server.close();
    }

    @Test
    void logsInByScram() throws IOException {
        try (WireClient client = new WireClient(server.port())) {
            // When
            List<String> said = client.login("anna", "sesame");

            // Then
            assertThat(said)
                    .startsWith("AuthenticationSASL <[SCRAM-SHA-256]>")
                    .contains("AuthenticationOk", "ParameterStatus <client_encoding> <UTF8>")
                    .endsWith("ReadyForQuery <IDLE>");
            assertThat(client.mechanism()).isEqualTo("SCRAM-SHA-256");
        }
    }

    @Test
    void hearsTheSameSettingsAsPgjdbc() throws Exception {
        try (WireClient client = new WireClient(server.port());
                Connection connection = server.jdbc()) {
            // Given
            var theirs = connection.unwrap(PGConnection.class).getParameterStatuses();

            // When
            List<String> said = client.login("anna", "sesame");

            // Then
            List<String> ours =
                    said.stream().filter(line -> line.startsWith("ParameterStatus")).toList();
            assertThat(ours).hasSameSizeAs(theirs.keySet());
            assertThat(ours)
                    .contains(
                            "ParameterStatus <server_version> <%s>"
                                    .formatted(theirs.get("server_version")),
                            "ParameterStatus <server_encoding> <UTF8>",
                            "ParameterStatus <standard_conforming_strings> <on>");
        }
    }

    @Test
    void bindsScramToTls() throws Exception {
        try (WireClient client = new WireClient(server.port())) {
            // Given
            client.startTls(server.identity().certificate(), ChannelBinding::tlsServerEndPoint);

            // When
            List<String> said = client.login("anna", "sesame");

            // Then
            assertThat(said)
                    .startsWith("AuthenticationSASL <[SCRAM-SHA-256-PLUS, SCRAM-SHA-256]>")
                    .endsWith("ReadyForQuery <IDLE>");
            assertThat(client.mechanism()).isEqualTo("SCRAM-SHA-256-PLUS");
        }
    }

    /** What a server sees when somebody between the two shows another certificate. */
    @Test
    void isRefusedWhenBoundToAnotherCertificate() throws Exception {
        try (WireClient client = new WireClient(server.port())) {
            // Given
            SelfSigned other = SelfSigned.of("EC", "SHA256withECDSA");
            client.startTls(
                    server.identity().certificate(),
                    _ -> ChannelBinding.tlsServerEndPoint(other.certificate()));

            // When
            List<String> said = client.login("anna", "sesame");

            // Then
            assertThat(said.getLast()).contains("ErrorResponse", "CODE=28000");
        }
    }

    /** The server offered PLUS; a client that says it was not offered has been lied to. */
    @Test
    void isRefusedWhenTheOfferOfBindingWasTakenAway() throws Exception {
        try (WireClient client = new WireClient(server.port())) {
            // Given
            client.startTls(server.identity().certificate(), _ -> ChannelBinding.none());
            Scram downgraded =
                    Scram.begin(
                            List.of(Scram.SHA_256),
                            "sesame".getBytes(StandardCharsets.UTF_8),
                            ChannelBinding.tlsServerEndPoint(server.identity().certificate()),
                            new SecureRandom());
            client.send(out ->
                    FrontendEncoder.startupMessage(
                            out,
                            ProtocolVersion.V3_0,
                            List.of(new StartupParameter("user", "anna"))));
            client.next().release();

            // When
            client.send(out ->
                    FrontendEncoder.saslInitialResponse(
                            out, downgraded.mechanism(), downgraded.clientFirst()));
            BackendMessage answer = client.next();
            String said = Words.of(answer);
            answer.release();
            downgraded.close();

            // Then
            assertThat(said).contains("ErrorResponse", "channel binding negotiation error");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"anna", "old", "clear"})
    void isRefusedWithAWrongPassword(String user) throws IOException {
        try (WireClient client = new WireClient(server.port())) {
            // When
            List<String> said = client.login(user, "simsim");

            // Then
            assertThat(said.getLast()).contains("ErrorResponse", "CODE=28P01");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"old", "clear"})
    void logsInByTheOldWaysWhenAskedTo(String user) throws IOException {
        try (WireClient client = new WireClient(server.port())) {
            // When
            List<String> said = client.login(user, "sesame");

            // Then
            assertThat(said).endsWith("ReadyForQuery <IDLE>");
        }
    }

    /** The server prepared the password by its own tables. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "I\u00ADX",
                "\u2168",
                "\u00AA",
                "a\u00A0b\u3000c",
                "\uFB01x",
                "gr\u00FC\u00DFe",
                "e\u0301",
                "\u0627\u0628",
                "\uFB01\u06271",
                "\uFB01\uE000",
                "\uFB01\uD83D\uDE00",
                "\uFB01\u0221",
                "\u00AD",
                "\uFB01\u200B",
                "a b ~",
            })
    void preparesAPasswordAsTheServerDoes(String password) throws Exception {
        // Given
        server.execute("alter role unicode password '" + password + "'");
        try (WireClient client = new WireClient(server.port())) {
            // When
            List<String> said = client.login("unicode", password);

            // Then
            assertThat(said).endsWith("ReadyForQuery <IDLE>");
        }
    }

    @Test
    void getsALongKeyIn32() throws IOException {
        try (WireClient client = new WireClient(server.port())) {
            // When
            client.login("anna", "sesame");

            // Then
            assertThat(client.version()).isEqualTo(ProtocolVersion.V3_2);
            assertThat(client.key().length()).isEqualTo(32);
        }
    }

    @Test
    void getsAShortKeyIn30() throws IOException {
        try (WireClient client = new WireClient(server.port(), ProtocolVersion.V3_0)) {
            // When
            client.login("anna", "sesame");

            // Then
            assertThat(client.key().length()).isEqualTo(4);
        }
    }

    @Test
    void negotiatesWhatTheServerDoesNotKnow() throws IOException {
        ProtocolVersion grease = new ProtocolVersion(3, 9_999);
        try (WireClient client = new WireClient(server.port(), grease)) {
            // When
            List<String> said =
                    client.login("anna", "sesame", new StartupParameter("_pq_.test", "1"));

            // Then
            assertThat(said)
                    .contains("NegotiateProtocolVersion <3.2> <[_pq_.test]>")
                    .endsWith("ReadyForQuery <IDLE>");
            assertThat(client.version()).isEqualTo(ProtocolVersion.V3_2);
        }
    }

    @Test
    void cancelsOnlyTheSessionThatGotTheKey() throws Exception {
        try (WireClient sleeper = new WireClient(server.port());
                WireClient stranger = new WireClient(server.port());
                WireClient canceller = new WireClient(server.port())) {
            // Given
            sleeper.login("anna", "sesame");
            CancelKey key = sleeper.key();
            sleeper.send(out -> FrontendEncoder.query(out, "select pg_sleep(60)"));
            CancelKey forged = CancelKey.of(key.processId(), new byte[32]);
            stranger.send(out -> FrontendEncoder.cancelRequest(out, forged));
            boolean strangerClosed = stranger.isClosedWithoutAnAnswer();

            // When
            canceller.send(out -> FrontendEncoder.cancelRequest(out, key));
            List<String> said = sleeper.untilReady();

            // Then
            assertThat(strangerClosed).isTrue();
            assertThat(canceller.isClosedWithoutAnAnswer()).isTrue();
            assertThat(said).anyMatch(line -> line.contains("CODE=57014"));
        }
    }
}
