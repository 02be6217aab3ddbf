package dev.sallyport.proxy.db.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.io.ByteArrayOutputStream;
import java.io.StringReader;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.postgresql.PGConnection;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/** Queries of PostgreSQL 18 through the codecs alone, beside the same through pgjdbc. */
final class WireIT {
    private static RealServer server;
    private WireClient client;

    @BeforeAll
    static void startServer() throws SQLException {
        server = new RealServer();
        server.execute(
                "create role anna superuser login password 'sesame'",
                "create table items(id int primary key, name text, price numeric, made"
                        + " timestamptz)",
                "insert into items select i, case when i % 3 = 0 then null else 'näme ' || i end,"
                        + " i / 7.0, '2026-01-01'::timestamptz + i * interval '1 hour'"
                        + " from generate_series(1, 500) i");
    }

    @AfterAll
    static void stopServer() {
        server.close();
    }

    @BeforeEach
    void logIn() throws Exception {
        client = new WireClient(server.port());
        assertThat(client.login("anna", "sesame", new StartupParameter("TimeZone", "UTC")))
                .endsWith("ReadyForQuery <IDLE>");
    }

    @AfterEach
    void logOut() throws Exception {
        client.send(FrontendEncoder::terminate);
        assertThat(client.isClosedWithoutAnAnswer()).isTrue();
        client.close();
    }

    @Test
    void readsTheRowsThatPgjdbcReads() throws Exception {
        // Given
        String sql = "select id, name, price, made::text, xmin, ctid from items order by id";
        List<List<String>> rows = new ArrayList<>();

        // When
        client.send(out -> FrontendEncoder.query(out, sql));
        List<String> said =
                client.untilReady(message -> {
                    if (message instanceof BackendMessage.DataRow row) {
                        rows.add(texts(row.values()));
                    }
                });

        // Then
        assertThat(rows).isEqualTo(jdbc(sql)).hasSize(500);
        assertThat(said)
                .first()
                .asString()
                .contains("name=price", "attributeNumber=3", "typeOid=1700", "attributeNumber=-2");
        assertThat(said)
                .contains("CommandComplete <SELECT 500> <OptionalLong[500]>")
                .endsWith("ReadyForQuery <IDLE>");
    }

    private static List<String> texts(Values values) {
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < values.count(); i++) {
            texts.add(values.isNull(i) ? "NULL" : values.value(i).toString(StandardCharsets.UTF_8));
        }
        return texts;
    }

    private static List<List<String>> jdbc(String sql) throws SQLException {
        try (Connection connection = server.jdbc();
                Statement statement = connection.createStatement()) {
            statement.execute("set TimeZone = 'UTC'");
            ResultSet result = statement.executeQuery(sql);
            List<List<String>> rows = new ArrayList<>();
            while (result.next()) {
                List<String> row = new ArrayList<>();
                for (int i = 1; i <= result.getMetaData().getColumnCount(); i++) {
                    String text = result.getString(i);
                    row.add(text == null ? "NULL" : text);
                }
                rows.add(row);
            }
            return rows;
        }
    }

    @Test
    void runsSeveralStatementsOfOneQuery() throws Exception {
        // When
        client.send(out -> FrontendEncoder.query(out, "begin; select 1; ; select 2 as b; foo"));
        List<String> said = client.untilReady();
        client.send(out -> FrontendEncoder.query(out, "begin; select 1 as a"));
        List<String> inside = client.untilReady();
        client.send(out -> FrontendEncoder.query(out, "select 1/0"));
        List<String> failed = client.untilReady();
        client.send(out -> FrontendEncoder.query(out, "rollback"));
        client.untilReady();
        client.send(out -> FrontendEncoder.query(out, "-- nothing"));
        List<String> nothing = client.untilReady();

        // Then
        assertThat(said).hasSize(2).first().asString().contains("CODE=42601");
        assertThat(inside).endsWith("ReadyForQuery <IN_TRANSACTION>");
        assertThat(failed).endsWith("ReadyForQuery <FAILED>");
        assertThat(nothing).containsExactly("EmptyQueryResponse", "ReadyForQuery <IDLE>");
    }

    @Test
    void runsThePipelineOfTheExtendedProtocol() throws Exception {
        // When
        client.send(out -> {
            FrontendEncoder.parse(
                    out, "s", "select name from items where id <= $1 order by id", List.of(23L));
            FrontendEncoder.describe(out, StatementOrPortal.STATEMENT, "s");
            FrontendEncoder.bind(out, "p", "s", List.of("3"));
            FrontendEncoder.describe(out, StatementOrPortal.PORTAL, "p");
            FrontendEncoder.execute(out, "p", 2);
            FrontendEncoder.execute(out, "p", 2);
            FrontendEncoder.close(out, StatementOrPortal.STATEMENT, "s");
            FrontendEncoder.parse(out, "", "create temp table t()", List.of());
            FrontendEncoder.describe(out, StatementOrPortal.STATEMENT, "");
            FrontendEncoder.sync(out);
        });
        List<String> said = client.untilReady();

        // Then
        assertThat(said.stream().map(line -> line.split(" ", 2)[0]))
                .containsExactly(
                        "ParseComplete",
                        "ParameterDescription",
                        "RowDescription",
                        "BindComplete",
                        "RowDescription",
                        "DataRow",
                        "DataRow",
                        "PortalSuspended",
                        "DataRow",
                        "CommandComplete",
                        "CloseComplete",
                        "ParseComplete",
                        "ParameterDescription",
                        "NoData",
                        "ReadyForQuery");
        assertThat(said).contains("ParameterDescription <[23]>", "DataRow <6> <1> <[NULL]>");
    }

    @Test
    void readsAnErrorAsPgjdbcDoes() throws Exception {
        // Given
        String sql = "insert into items(id) values (1)";
        List<ErrorFields> errors = new ArrayList<>();

        // When
        client.send(out -> FrontendEncoder.query(out, sql));
        client.untilReady(message -> {
            if (message instanceof BackendMessage.ErrorResponse error) {
                errors.add(error.fields());
            }
        });

        // Then
        ServerErrorMessage theirs = errorOfPgjdbc(sql);
        assertThat(errors).hasSize(1);
        ErrorFields ours = errors.getFirst();
        assertThat(ours.severity()).isEqualTo(theirs.getSeverity());
        assertThat(ours.code()).isEqualTo(theirs.getSQLState());
        assertThat(ours.text(ErrorField.MESSAGE)).isEqualTo(theirs.getMessage());
        assertThat(ours.text(ErrorField.DETAIL)).isEqualTo(theirs.getDetail());
        assertThat(ours.text(ErrorField.TABLE)).isEqualTo(theirs.getTable());
        assertThat(ours.text(ErrorField.CONSTRAINT)).isEqualTo(theirs.getConstraint());
        assertThat(ours.text(ErrorField.ROUTINE)).isEqualTo(theirs.getRoutine());
    }

    private static ServerErrorMessage errorOfPgjdbc(String sql) throws SQLException {
        try (Connection connection = server.jdbc();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (PSQLException e) {
            ServerErrorMessage message = e.getServerErrorMessage();
            if (message != null) {
                return message;
            }
        }
        throw new AssertionError("pgjdbc was not refused");
    }

    @Test
    void copiesOutWhatPgjdbcCopiesOut() throws Exception {
        // Given
        String sql = "copy items to stdout";
        StringWriter theirs = new StringWriter();
        try (Connection connection = server.jdbc();
                Statement statement = connection.createStatement()) {
            statement.execute("set TimeZone = 'UTC'");
            connection.unwrap(PGConnection.class).getCopyAPI().copyOut(sql, theirs);
        }
        ByteArrayOutputStream ours = new ByteArrayOutputStream();

        // When
        client.send(out -> FrontendEncoder.query(out, sql));
        List<String> said =
                client.untilReady(message -> {
                    if (message instanceof BackendMessage.CopyData copy) {
                        ours.writeBytes(ByteBufUtil.getBytes(copy.data()));
                    }
                });

        // Then
        assertThat(ours.toString(StandardCharsets.UTF_8)).isEqualTo(theirs.toString());
        assertThat(said)
                .startsWith("CopyOutResponse <TEXT> <[TEXT, TEXT, TEXT, TEXT]>")
                .endsWith(
                        "CopyDone",
                        "CommandComplete <COPY 500> <OptionalLong[500]>",
                        "ReadyForQuery <IDLE>");
    }

    @Test
    void copiesInWhatPgjdbcCopiesIn() throws Exception {
        // Given
        String data = "1\tgrün\n2\t\\N\n".repeat(20_000);
        server.execute("create table ours(a int, b text)", "create table theirs(a int, b text)");
        try (Connection connection = server.jdbc()) {
            connection
                    .unwrap(PGConnection.class)
                    .getCopyAPI()
                    .copyIn("copy theirs from stdin", new StringReader(data));
        }

        // When
        client.send(out -> {
            FrontendEncoder.query(out, "copy ours from stdin");
            byte[] bytes = data.getBytes(StandardCharsets.UTF_8);
            out.writeBytes(Golden.frame('d', bytes)).writeBytes(Golden.frame('c', NOTHING));
        });
        List<String> said = client.untilReady();

        // Then
        assertThat(said)
                .containsExactly(
                        "CopyInResponse <TEXT> <[TEXT, TEXT]>",
                        "CommandComplete <COPY 40000> <OptionalLong[40000]>",
                        "ReadyForQuery <IDLE>");
        assertThat(jdbc("select count(*), count(b) from (table ours except all table theirs) x"))
                .containsExactly(List.of("0", "0"));
    }

    private static final byte[] NOTHING = {};

    @Test
    void failsACopyInWithItsReason() throws Exception {
        // Given
        client.send(out -> FrontendEncoder.query(out, "copy items from stdin"));

        // When
        client.send(out -> FrontendEncoder.copyFail(out, "budget is spent"));
        List<String> said = client.untilReady();

        // Then
        assertThat(said.get(1)).contains("CODE=57014", "budget is spent");
    }

    @Test
    void readsARowOfManyMegabytesInPieces() throws Exception {
        // Given
        int length = 20_000_000;
        long[] seen = {0, 0, 0};

        // When
        client.send(
                out -> FrontendEncoder.query(out, "select 1, repeat('x', " + length + "), null"));
        List<String> said =
                client.untilReady(message -> {
                    if (message instanceof BackendMessage.DataRow row) {
                        seen[0]++;
                        seen[1] += row.frame().readableBytes();
                        seen[2] = Math.max(seen[2], row.frame().readableBytes());
                    }
                });

        // Then
        assertThat(seen[0]).isGreaterThan(1_000);
        assertThat(seen[1]).isEqualTo(5 + 2 + (4 + 1) + (4 + length) + 4);
        assertThat(seen[2]).isLessThanOrEqualTo(2 * 8_192);
        assertThat(said).endsWith("ReadyForQuery <IDLE>");
    }

    @Test
    void hearsNotificationsAndNotices() throws Exception {
        // When
        client.send(out ->
                FrontendEncoder.query(
                        out, "listen c; notify c, 'hällo'; do $$begin raise notice 'n'; end$$"));
        List<String> said = client.untilReady();

        // Then
        int processId = client.key().processId();
        assertThat(said)
                .contains("NotificationResponse <" + processId + "> <c> <hällo>")
                .anyMatch(line -> line.startsWith("NoticeResponse") && line.contains("MESSAGE=n"));
    }

    @Test
    void callsAFunctionByOid() throws Exception {
        // Given
        String oid = jdbc("select 'pg_catalog.abs(int)'::regprocedure::oid").getFirst().getFirst();

        // When
        client.send((ByteBuf out) ->
                out.writeBytes(
                        Golden.frame(
                                'F',
                                Golden.bytes(
                                        "%08X 0000 0001 00000002 '-5' 0000"
                                                .formatted(Integer.parseInt(oid))))));
        List<String> said = client.untilReady();

        // Then
        assertThat(said).containsExactly("FunctionCallResponse <[35]>", "ReadyForQuery <IDLE>");
    }

    @Test
    void tellsWhenASettingChanges() throws Exception {
        // When
        client.send(out -> FrontendEncoder.query(out, "set search_path = 'häuser'"));
        List<String> said = client.untilReady();

        // Then
        assertThat(said).contains("ParameterStatus <search_path> <\"häuser\">");
    }
}
