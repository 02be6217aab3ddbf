package dev.sallyport.proxy.db.value;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.proxy.db.catalogue.Catalogue;
import dev.sallyport.proxy.db.catalogue.PostgresServer;
import dev.sallyport.proxy.db.catalogue.SearchPath;
import dev.sallyport.proxy.db.catalogue.SqlName;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Values as PostgreSQL sends them, decoded here and compared with what PostgreSQL writes. */
class ParameterTextIT {
    private static PostgresServer server;
    private static Connection session;
    private static Catalogue catalogue;
    private static ParameterText texts;
    private static final List<Sent> SENT = new ArrayList<>();

    /** A value in binary form, and PostgreSQL's own text for it. */
    private record Sent(String spelling, long type, byte[] binary, String text) {}

    @BeforeAll
    static void start() throws Exception {
        server = PostgresServer.newest();
        server.run(ValueSweep.SCHEMA);
        catalogue = server.catalogue(SearchPath.standard());
        texts = new ParameterText(catalogue);
        session = server.connect("postgres", "");
        try (Statement statement = session.createStatement()) {
            statement.execute("SET TimeZone = 'UTC'");
            statement.execute("SET DateStyle = 'ISO, YMD'");
            statement.execute("SET IntervalStyle = 'postgres'");
            statement.execute("SET bytea_output = 'hex'");
        }
        for (Map.Entry<String, List<String>> type : new ValueSweep().literals().entrySet()) {
            send(type.getKey(), type.getValue());
        }
    }

    @AfterAll
    static void stop() throws Exception {
        session.close();
        server.close();
    }

    private static void send(String spelling, List<String> literals) throws SQLException {
        String sender;
        long oid;
        try (Statement statement = session.createStatement();
                ResultSet row =
                        statement.executeQuery(
                                "SELECT oid, typsend::text FROM pg_type WHERE oid = '"
                                        + spelling
                                        + "'::regtype")) {
            row.next();
            oid = row.getLong(1);
            sender = row.getString(2);
        }
        try (PreparedStatement statement =
                session.prepareStatement(
                        "SELECT %s(v::%s), format('%%s', v::%s) FROM unnest(?::text[]) v"
                                .formatted(sender, spelling, spelling))) {
            statement.setArray(1, session.createArrayOf("text", literals.toArray()));
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    SENT.add(new Sent(spelling, oid, row.getBytes(1), row.getString(2)));
                }
            }
        }
    }

    private static ParameterValue decode(long type, byte[] binary) {
        ByteBuf buffer = Unpooled.wrappedBuffer(binary);
        try {
            return texts.of(type, 1, buffer);
        } finally {
            assertThat(buffer.readerIndex()).isZero();
            buffer.release();
        }
    }

    private static long oid(String type) {
        return catalogue.types(new SqlName.Bare(type)).getFirst().oid();
    }

    @Test
    void everyValueIsWrittenAsPostgresWritesIt() {
        // When
        List<String> different = new ArrayList<>();
        for (Sent sent : SENT) {
            ParameterValue value = decode(sent.type(), sent.binary());
            if (!value.equals(new ParameterValue.Text(sent.text()))) {
                different.add(sent.spelling() + " " + sent.text() + " became " + value);
            }
        }

        // Then
        System.out.printf(
                "%d of %d values of %d types are equal to PostgreSQL's own text%n",
                SENT.size() - different.size(),
                SENT.size(),
                SENT.stream().map(Sent::spelling).distinct().count());
        assertThat(SENT).hasSizeGreaterThan(9_000);
        assertThat(different).isEmpty();
    }

    @Test
    void whatIsCutOrHasMoreIsNeverATextOfSomethingElse() {
        // Given
        List<String> wrong = new ArrayList<>();
        for (Sent sent : SENT.stream().filter(each -> !isText(each)).toList()) {
            byte[] binary = sent.binary();

            // When
            for (int cut = 0; cut < Math.min(binary.length, 40); cut++) {
                ParameterValue value = decode(sent.type(), Arrays.copyOf(binary, cut));
                if (!isUndecoded(value)) {
                    wrong.add(sent.spelling() + " " + sent.text() + " cut at " + cut + value);
                }
            }
            ParameterValue longer = decode(sent.type(), Arrays.copyOf(binary, binary.length + 1));
            if (!isUndecoded(longer)) {
                wrong.add(sent.spelling() + " " + sent.text() + " longer" + longer);
            }
        }

        // Then
        assertThat(wrong).isEmpty();
    }

    /** Any bytes are a value of these, or any start of one is one too. */
    private static boolean isText(Sent sent) {
        return List.of(
                        "text",
                        "varchar",
                        "name",
                        "citext",
                        "char(7)",
                        "json",
                        "jsonb",
                        "jsonpath",
                        "xml",
                        "mood",
                        "bytea")
                .contains(sent.spelling());
    }

    private static boolean isUndecoded(ParameterValue value) {
        return value instanceof ParameterValue.Undecoded;
    }

    @Test
    void hostileBytesAreNeverMoreThanUndecoded() {
        // Given
        Random random = new Random(7);
        List<Long> types = SENT.stream().map(Sent::type).distinct().toList();

        // When // Then
        for (int round = 0; round < 50_000; round++) {
            Sent sent = SENT.get(random.nextInt(SENT.size()));
            byte[] binary = sent.binary().clone();
            for (int changed = 0; changed < 3 && binary.length > 0; changed++) {
                binary[random.nextInt(binary.length)] = (byte) random.nextInt(256);
            }
            long type =
                    random.nextBoolean() ? sent.type() : types.get(random.nextInt(types.size()));
            assertThat(decode(type, binary))
                    .isInstanceOfAny(ParameterValue.Text.class, ParameterValue.Undecoded.class);
        }
    }

    @Test
    void aFewBytesDoNotBecomeMegabytes() {
        // Given: an array of numerics of 10 bytes, each of which is 131,072 digits
        ByteBuf array = Unpooled.buffer();
        int elements = 4_000;
        array.writeInt(1).writeInt(0).writeInt((int) oid("numeric"));
        array.writeInt(elements).writeInt(1);
        for (int i = 0; i < elements; i++) {
            array.writeInt(10).writeShort(1).writeShort(32_767).writeShort(0).writeShort(0);
            array.writeShort(1);
        }

        // When
        ParameterValue value = texts.of(oid("_numeric"), 1, array);

        // Then
        assertThat(value).isInstanceOf(ParameterValue.Undecoded.class);
        array.release();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"refcursor", "money", "point", "tsvector", "tid", "int2vector", "record"})
    void whatIsNotListedStaysBytes(String type) {
        // When
        ParameterValue value = decode(oid(type), new byte[] {1, 2, 3});

        // Then
        assertThat(value).isEqualTo(new ParameterValue.Undecoded(oid(type), "AQID"));
    }

    @Test
    void aTypeThatNobodyKnowsStaysBytes() {
        assertThat(decode(0, new byte[] {1})).isEqualTo(new ParameterValue.Undecoded(0, "AQ=="));
        assertThat(decode(4_000_000_000L, new byte[0]))
                .isEqualTo(new ParameterValue.Undecoded(4_000_000_000L, ""));
    }

    @Test
    void textIsShownAsItWasWritten() {
        // Given
        ByteBuf written = Unpooled.copiedBuffer(" 007 ", StandardCharsets.UTF_8);

        // When
        ParameterValue value = texts.of(oid("int4"), 0, written);

        // Then
        assertThat(value).isEqualTo(new ParameterValue.Text(" 007 "));
        written.release();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/w==", "7aCA", "wIA=", "YQBi"})
    void textThatIsNotUtf8StaysBytes(String base64) {
        // Given
        ByteBuf written = Unpooled.wrappedBuffer(Base64.getDecoder().decode(base64));

        // When
        ParameterValue value = texts.of(25, 0, written);

        // Then
        assertThat(value).isEqualTo(new ParameterValue.Undecoded(25, base64));
        written.release();
    }

    @Test
    void largeValuesAreTheirLengthAndHash() {
        // Given
        ByteBuf large = Unpooled.wrappedBuffer(new byte[ParameterText.MAX_BYTES + 1]);
        ByteBuf fitting = Unpooled.buffer();
        fitting.writeBytes("x".repeat(ParameterText.MAX_BYTES).getBytes(StandardCharsets.UTF_8));

        // When
        ParameterValue value = texts.of(25, 0, large);

        // Then
        assertThat(value)
                .isEqualTo(
                        new ParameterValue.Large(
                                25,
                                65_537,
                                "3266304f31be278d06c3bd3eb9aa3e00c59bedec0a890de466568b0b90b0e01f"));
        assertThat(texts.of(25, 0, fitting)).isInstanceOf(ParameterValue.Text.class);
        large.release();
        fitting.release();
    }
}
