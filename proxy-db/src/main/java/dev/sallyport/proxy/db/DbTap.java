package dev.sallyport.proxy.db;

import dev.sallyport.access.Refusal;
import dev.sallyport.access.act.DbAct;
import dev.sallyport.access.event.EventType;
import dev.sallyport.access.port.Cast;
import dev.sallyport.access.port.CastHeader;
import dev.sallyport.access.port.SessionRecording;
import dev.sallyport.proxy.db.value.ParameterValue;
import dev.sallyport.proxy.db.wire.ErrorField;
import dev.sallyport.proxy.db.wire.ErrorFields;
import dev.sallyport.proxy.db.wire.TransactionStatus;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * Turns acts and results of one session into its record, before they are forwarded, and renders its
 * cast from the same facts. It changes and refuses nothing. Thread-safe.
 */
final class DbTap {
    private final SessionRecording recording;
    private final Cast cast;
    private final String prompt;

    /**
     * @param account what stands before each statement of the cast: {@code role@target}
     */
    DbTap(SessionRecording recording, String account) {
        this.recording = recording;
        this.cast = recording.cast(new CastHeader(0, "psql " + account, false, 120, 40, ""));
        this.prompt = account + "=> ";
    }

    /** A statement that is about to run; it MUST NOT before this completes. */
    CompletableFuture<Void> statement(
            Execution execution,
            Plan plan,
            List<Parameter> parameters,
            TransactionStatus status,
            ActDoor.Answer.Allowed allowed) {
        var fields = new LinkedHashMap<String, Object>();
        fields.put("statement", execution.number());
        fields.put("actions", plan.acts().stream().map(DbAct::action).distinct().toList());
        fields.put("sql", plan.sql());
        fields.put("fingerprint", plan.fingerprint());
        if (!parameters.isEmpty()) {
            fields.put("parameters", shown(parameters, plan.touchesClasses()));
        }
        List<String> tables = tables(plan);
        if (!tables.isEmpty()) {
            fields.put("tables", tables);
        }
        fields.put("transaction", status.name().toLowerCase(Locale.ROOT).replace('_', '-'));
        if (execution.portal().map(Portal::hasBegun).orElse(false)) {
            fields.put("continued", true);
        }
        if (allowed.masked()) {
            fields.put("masked", true);
        }
        fields.put("rules", allowed.rules());
        return both(
                recording.record(EventType.DB_STATEMENT, fields),
                show(prompt + plan.sql().strip() + ";"));
    }

    /** How a statement ended; {@code tag} is the server's, or {@code suspended}. */
    CompletableFuture<Void> result(Execution execution, String tag, long nowNanos) {
        Map<String, Object> fields = outcome(execution, nowNanos);
        fields.put("tag", tag);
        show(tag);
        return recording.record(EventType.DB_RESULT, fields);
    }

    /** A statement failed, or was never run because one before it did. */
    CompletableFuture<Void> failed(Execution execution, ErrorFields error, long nowNanos) {
        Map<String, Object> fields = outcome(execution, nowNanos);
        fields.put("sqlState", error.code());
        fields.put("severity", error.severity());
        // Messages repeat values; the primary one of a statement on classified columns stays out.
        if (!execution.plan().map(Plan::touchesClasses).orElse(false)) {
            fields.put("error", error.text(ErrorField.MESSAGE));
        }
        show(error.severity() + ":  " + error.code());
        return recording.record(EventType.DB_RESULT, fields);
    }

    /** It was sent, and the server skipped it after an error. */
    CompletableFuture<Void> skipped(Execution execution, long nowNanos) {
        Map<String, Object> fields = outcome(execution, nowNanos);
        fields.put("skipped", true);
        return recording.record(EventType.DB_RESULT, fields);
    }

    private static Map<String, Object> outcome(Execution execution, long nowNanos) {
        var fields = new LinkedHashMap<String, Object>();
        fields.put("statement", execution.number());
        fields.put("rows", execution.rows());
        fields.put("bytes", execution.bytes());
        fields.put("micros", TimeUnit.NANOSECONDS.toMicros(nowNanos - execution.startNanos()));
        return fields;
    }

    /** Data that a client copied in, or a server copied out. */
    CompletableFuture<Void> copy(String direction, long messages, long bytes, String sha256) {
        return recording.record(
                EventType.DB_COPY,
                Map.of(
                        "direction", direction,
                        "messages", messages,
                        "bytes", bytes,
                        "sha256", sha256));
    }

    /** An act that will not happen. */
    CompletableFuture<Void> denied(DbAct act, Refusal refusal) {
        Map<String, Object> fields = act(act);
        fields.put("verdict", refusal.verdict().word());
        fields.put("rule", refusal.rule());
        fields.put("reason", refusal.reason());
        show(prompt + act.shown().strip() + ";");
        show("ERROR:  sallyport: " + refusal.reason());
        return recording.record(
                refusal.verdict() == Refusal.Verdict.BUDGET
                        ? EventType.BUDGET_EXCEEDED
                        : EventType.ACT_DENIED,
                fields);
    }

    /** A budget was used up while a result was on its way. */
    CompletableFuture<Void> over(Execution execution, String unit, Refusal refusal) {
        var fields = new LinkedHashMap<String, Object>();
        fields.put("statement", execution.number());
        fields.put("unit", unit);
        fields.put("rows", execution.rows());
        fields.put("reason", refusal.reason());
        show("ERROR:  sallyport: " + refusal.reason());
        return recording.record(EventType.BUDGET_EXCEEDED, fields);
    }

    /** An act that waits for a human. */
    CompletableFuture<Void> held(DbAct act, List<String> rules) {
        Map<String, Object> fields = act(act);
        fields.put("rules", rules);
        show(prompt + act.shown().strip() + ";");
        show("NOTICE:  sallyport: held");
        return recording.record(EventType.ACT_HELD, fields);
    }

    /** A human said yes to it. */
    CompletableFuture<Void> released(DbAct act, List<String> rules) {
        Map<String, Object> fields = act(act);
        fields.put("rules", rules);
        return recording.record(EventType.ACT_RELEASED, fields);
    }

    /** Classified columns were taken out of a result. */
    CompletableFuture<Void> masked(Execution execution, List<String> columns) {
        return recording.record(
                EventType.ACT_MASKED, Map.of("statement", execution.number(), "columns", columns));
    }

    /** The client asks for a statement to be cancelled. */
    CompletableFuture<Void> cancel(String what) {
        return recording.record(EventType.DB_CANCEL, Map.of("what", what));
    }

    /** Something that leaves the database without being asked for. */
    CompletableFuture<Void> notification(String channel, long bytes) {
        return recording.record(EventType.DB_NOTICE, Map.of("channel", channel, "bytes", bytes));
    }

    /** The cast is complete. */
    CompletableFuture<Void> close() {
        return cast.close(-1);
    }

    private CompletableFuture<Void> show(String line) {
        // Line ends as a terminal wants them; a statement may have lines of its own.
        String text = line.replace("\r", "").replace("\n", "\r\n") + "\r\n";
        return cast.write(
                Cast.Stream.STDOUT, ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
    }

    private static CompletableFuture<Void> both(
            CompletableFuture<Void> recorded, CompletableFuture<Void> accepted) {
        return accepted.isDone() && !accepted.isCompletedExceptionally()
                ? recorded
                : CompletableFuture.allOf(recorded, accepted);
    }

    private static Map<String, Object> act(DbAct act) {
        var fields = new LinkedHashMap<String, Object>();
        fields.put("action", act.action());
        fields.putAll(act.attributes());
        fields.put("sql", act.shown());
        return fields;
    }

    private static List<String> tables(Plan plan) {
        return plan.acts().stream()
                .flatMap(act ->
                        act instanceof DbAct.Statement statement
                                ? statement.tables().stream()
                                : java.util.stream.Stream.empty())
                .distinct()
                .toList();
    }

    private static void put(Map<String, Object> fields, ParameterValue value) {
        switch (value) {
            case ParameterValue.Null _ -> fields.put("null", true);
            case ParameterValue.Text(String text) -> fields.put("value", text);
            case ParameterValue.Undecoded(long oid, String base64) -> fields.put("base64", base64);
            case ParameterValue.Large(long oid, int bytes, String sha256) -> {
                fields.put("bytes", bytes);
                fields.put("sha256", sha256);
            }
        }
    }

    /** Values of a statement on classified columns may be such values themselves. */
    private static List<Object> shown(List<Parameter> parameters, boolean classified) {
        var shown = new ArrayList<Object>();
        for (Parameter parameter : parameters) {
            var fields = new LinkedHashMap<String, Object>();
            fields.put("type", parameter.type());
            if (classified && !(parameter.value() instanceof ParameterValue.Null)) {
                fields.put("masked", true);
            } else {
                put(fields, parameter.value());
            }
            shown.add(fields);
        }
        return shown;
    }
}
