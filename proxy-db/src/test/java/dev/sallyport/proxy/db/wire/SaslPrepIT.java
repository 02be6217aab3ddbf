package dev.sallyport.proxy.db.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.stream.IntStream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Prepares a password around each character of Unicode and compares with what the server made of
 * the same password, which shows in the verifier that it stores.
 */
@Tag("full")
final class SaslPrepIT {
    private static final int AT_ONCE = 2_000;

    /** Beyond the last plane with characters there are only private use and no characters. */
    private static final int PLANES_WITH_CHARACTERS = 0x2_FFFF;

    private static RealServer server;

    @BeforeAll
    static void startServer() throws SQLException {
        server = new RealServer();
        server.execute(
                "create role unicode",
                """
                create function verifier(password text) returns text language plpgsql as $$
                begin
                    execute format('alter role unicode password %L', password);
                    return (select rolpassword from pg_authid where rolname = 'unicode');
                end $$
                """);
    }

    @AfterAll
    static void stopServer() {
        server.close();
    }

    /** The ligature becomes two letters unless something in the password is forbidden. */
    @Test
    void agreesWithTheServerAmongLetters() throws Exception {
        assertThat(disagreements("\uFB01", "")).isEmpty();
    }

    /** The wide alef becomes an alef unless something in the password reads left to right. */
    @Test
    void agreesWithTheServerAmongLettersThatReadToTheLeft() throws Exception {
        assertThat(disagreements("\uFB21", "\uFB21")).isEmpty();
    }

    private static List<String> disagreements(String before, String after) throws Exception {
        // Given
        List<String> passwords =
                IntStream.rangeClosed(1, PLANES_WITH_CHARACTERS)
                        .filter(c -> c < 0xD800 || c > 0xDFFF)
                        .mapToObj(c -> before + Character.toString(c) + after)
                        .toList();
        List<String> wrong = new ArrayList<>();

        // When
        try (Connection connection = server.jdbc()) {
            try (Statement statement = connection.createStatement()) {
                statement.execute("set scram_iterations = 1");
            }
            for (int i = 0; i < passwords.size(); i += AT_ONCE) {
                List<String> some = passwords.subList(i, Math.min(passwords.size(), i + AT_ONCE));
                wrong.addAll(disagreements(connection, some));
            }
        }

        // Then
        assertThat(passwords).hasSizeGreaterThan(190_000);
        return wrong;
    }

    private static List<String> disagreements(Connection connection, List<String> passwords)
            throws SQLException, GeneralSecurityException {
        List<String> wrong = new ArrayList<>();
        try (PreparedStatement select =
                connection.prepareStatement(
                        "select p, verifier(p) from unnest(?::text[]) with ordinality a(p, i)"
                                + " order by i")) {
            select.setArray(1, connection.createArrayOf("text", passwords.toArray()));
            ResultSet result = select.executeQuery();
            while (result.next()) {
                String password = result.getString(1);
                if (!isVerifierOf(result.getString(2), password)) {
                    wrong.add("U+%04X".formatted(password.codePointAt(1)));
                }
            }
        }
        return wrong;
    }

    /** {@code SCRAM-SHA-256$1:salt$storedKey:serverKey}. */
    private static boolean isVerifierOf(String verifier, String password)
            throws GeneralSecurityException {
        String[] parts = verifier.split("[$:]");
        byte[] prepared = SaslPrep.prepare(password.getBytes(StandardCharsets.UTF_8));
        Mac mac = mac(prepared);
        mac.update(Base64.getDecoder().decode(parts[2]));
        byte[] salted = mac.doFinal(new byte[] {0, 0, 0, 1});
        byte[] serverKey = mac(salted).doFinal("Server Key".getBytes(StandardCharsets.US_ASCII));
        return Base64.getEncoder().encodeToString(serverKey).equals(parts[4]);
    }

    private static Mac mac(byte[] key) throws GeneralSecurityException {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(key, "HmacSHA256"));
        return mac;
    }
}
