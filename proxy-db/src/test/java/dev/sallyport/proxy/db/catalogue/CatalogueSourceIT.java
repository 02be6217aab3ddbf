package dev.sallyport.proxy.db.catalogue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.impossibl.postgres.jdbc.PGDataSource;
import dev.sallyport.access.Secret;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The control connection: who it tells the password, and what happens when it is lost. */
class CatalogueSourceIT {
    @TempDir private static Path folder;

    private static TestCertificates certificates;
    private static PostgresServer server;

    @BeforeAll
    static void start() throws Exception {
        certificates = new TestCertificates(folder);
        certificates.issue("localhost");
        certificates.issue("other.example");
        server =
                PostgresServer.newest(
                        List.of(
                                "ssl=on",
                                "ssl_cert_file=" + certificates.certificate("localhost"),
                                "ssl_key_file=" + certificates.key("localhost"),
                                "password_encryption=scram-sha-256"));
        server.run(
                """
                CREATE ROLE watcher LOGIN PASSWORD 'of the watcher';
                CREATE TABLE public.customers (id int, email text);
                """);
        Path hba = Path.of(server.ask("SHOW hba_file").getFirst());
        Files.writeString(
                hba, "hostssl all watcher all scram-sha-256\nhost all postgres all trust\n");
        server.run("SELECT pg_reload_conf()");
    }

    @AfterAll
    static void stop() throws Exception {
        server.close();
    }

    private static ControlSettings settings(String host, int port, Path authorities) {
        return new ControlSettings(
                host,
                port,
                "postgres",
                "watcher",
                new ControlSettings.Password.Held(Secret.of("of the watcher")),
                new ControlSettings.Tls.VerifyFull(authorities));
    }

    private static CatalogueSource source(ControlSettings settings, ClassRules rules) {
        return CatalogueSource.of(
                settings,
                SearchPath.standard(),
                rules,
                CatalogueLimits.standard(),
                InstantSource.system());
    }

    private static CatalogueAnswer answer(CatalogueSource source) throws Exception {
        return source.current().get(60, TimeUnit.SECONDS);
    }

    private static String reason(CatalogueSource source) throws Exception {
        return ((CatalogueAnswer.Unavailable) answer(source)).reason();
    }

    @Test
    void aRoleWithoutAnyRightReadsTheCatalogueOverVerifiedTls() throws Exception {
        // Given
        Path password = Files.writeString(folder.resolve("password"), "of the watcher\n");
        var settings =
                new ControlSettings(
                        "localhost",
                        server.port(),
                        "postgres",
                        "watcher",
                        new ControlSettings.Password.InFile(password),
                        new ControlSettings.Tls.VerifyFull(certificates.authority()));
        try (var source = source(settings, ClassRules.NONE)) {
            // When
            CatalogueAnswer answer = answer(source);

            // Then
            assertThat(answer)
                    .isInstanceOfSatisfying(
                            CatalogueAnswer.Ready.class,
                            ready ->
                                    assertThat(
                                                    ready.catalogue()
                                                            .relation(
                                                                    new SqlName.Bare("customers")))
                                            .isInstanceOf(RelationAnswer.Found.class));
            assertThat(
                            server.ask(
                                    "SELECT s.ssl::text FROM pg_stat_ssl s"
                                            + " JOIN pg_stat_activity a USING (pid)"
                                            + " WHERE a.usename = 'watcher'"))
                    .containsOnly("true");
        }
    }

    @Test
    void aServerOfAnotherNameGetsNoPassword() throws Exception {
        // Given
        try (var thief = new PasswordThief(certificates.store("other.example"));
                var source =
                        source(
                                settings("localhost", thief.port(), certificates.authority()),
                                ClassRules.NONE)) {
            // When
            String reason = reason(source);

            // Then
            assertThat(reason).contains("localhost").doesNotContain("of the watcher");
            assertThat(thief.stolen()).isEmpty();
        }
    }

    /** Why the name is proved before: when this fails, the driver has learnt it. */
    @Test
    void theDriverAloneWouldTellThePasswordBeforeItComparesNames() throws Exception {
        // Given
        try (var thief = new PasswordThief(certificates.store("other.example"))) {
            var driver = new PGDataSource();
            driver.setServerName("localhost");
            driver.setPortNumber(thief.port());
            driver.setDatabaseName("postgres");
            driver.setSslMode("verify-full");
            driver.setSslCaCertificateFile(certificates.authority().toString());

            // When // Then
            assertThatThrownBy(() -> driver.getConnection("watcher", "of the watcher"))
                    .isInstanceOf(SQLException.class);
            assertThat(thief.stolen()).containsExactly("of the watcher");
        }
    }

    @Test
    void aServerOfAnotherAuthorityIsRefused() throws Exception {
        // Given
        Path elsewhere = Files.createDirectory(folder.resolve("elsewhere"));
        Path other = new TestCertificates(elsewhere).authority();
        try (var source = source(settings("localhost", server.port(), other), ClassRules.NONE)) {
            // When // Then
            assertThat(reason(source)).contains("no connection to localhost");
        }
    }

    @Test
    void aServerWithoutTlsIsRefused() throws Exception {
        // Given
        try (PostgresServer plain = PostgresServer.newest();
                var source =
                        source(
                                settings("localhost", plain.port(), certificates.authority()),
                                ClassRules.NONE)) {
            // When // Then
            assertThat(reason(source)).contains("the server does not speak TLS");
        }
    }

    @Test
    void aWrongPasswordIsAReasonThatDoesNotRepeatIt() throws Exception {
        // Given
        var wrong =
                new ControlSettings(
                        "localhost",
                        server.port(),
                        "postgres",
                        "watcher",
                        new ControlSettings.Password.Held(Secret.of("guessed")),
                        new ControlSettings.Tls.VerifyFull(certificates.authority()));
        try (var source = source(wrong, ClassRules.NONE)) {
            // When
            String reason = reason(source);

            // Then
            assertThat(reason).contains("password authentication failed").doesNotContain("guessed");
        }
    }

    @Test
    void aSilentServerMakesNobodyWaitLongerThanTheirPatience() throws Exception {
        // Given
        var limits =
                new CatalogueLimits(
                        10,
                        10,
                        Duration.ofSeconds(30),
                        Duration.ofSeconds(1),
                        Duration.ofMillis(300));
        try (var silent = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
                var source =
                        CatalogueSource.of(
                                settings(
                                        "localhost",
                                        silent.getLocalPort(),
                                        certificates.authority()),
                                SearchPath.standard(),
                                ClassRules.NONE,
                                limits,
                                InstantSource.system())) {
            // When
            CatalogueAnswer answer = source.current().get(5, TimeUnit.SECONDS);

            // Then
            assertThat(answer).isInstanceOf(CatalogueAnswer.Unavailable.class);
        }
    }

    @Test
    void classesThatDoNotFitCloseTheDoorAndSayWhy() throws Exception {
        // Given
        ClassRules rules = ClassRules.of(Map.of("public.customers.emial", List.of("pii")));
        try (var source =
                source(settings("localhost", server.port(), certificates.authority()), rules)) {
            // When // Then
            assertThat(reason(source))
                    .isEqualTo(
                            "the configured classes do not fit the database:"
                                    + " public.customers.emial: the table has no such column");
        }
    }

    @Test
    void aLostConnectionIsMadeAgain() throws Exception {
        // Given
        try (var source =
                source(
                        settings("localhost", server.port(), certificates.authority()),
                        ClassRules.NONE)) {
            answer(source);
            server.run(
                    "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
                            + " WHERE usename = 'watcher';"
                            + " CREATE TABLE public.younger (id int);");
            source.changed();

            // When
            CatalogueAnswer answer = answer(source);

            // Then
            assertThat(answer)
                    .isInstanceOfSatisfying(
                            CatalogueAnswer.Ready.class,
                            ready ->
                                    assertThat(
                                                    ready.catalogue()
                                                            .relation(new SqlName.Bare("younger")))
                                            .isInstanceOf(RelationAnswer.Found.class));
        }
    }

    @Test
    void theControlConnectionCanChangeNothing() throws Exception {
        // Given
        try (var connection = ControlConnection.reading(server.settings("postgres"));
                var statement = connection.jdbc().createStatement()) {
            // When // Then
            assertThatThrownBy(() -> statement.execute("DELETE FROM public.customers"))
                    .isInstanceOf(SQLException.class)
                    .hasMessageContaining("read-only transaction");
        }
    }
}
