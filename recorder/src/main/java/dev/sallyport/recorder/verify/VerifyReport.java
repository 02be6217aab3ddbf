package dev.sallyport.recorder.verify;

import dev.sallyport.recorder.log.Head;
import java.io.StringWriter;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/**
 * What a verification came to.
 *
 * @param heads the head of each log that was read to its end
 * @param findings worst first
 * @param leftOut findings beyond the number that is kept
 */
public record VerifyReport(
        Severity worst,
        List<Head> heads,
        Counts counts,
        List<Finding> findings,
        long leftOut,
        Duration took) {
    /** How much was verified; {@code events} are the lines of all event streams. */
    public record Counts(
            long logs,
            long leaves,
            long sessions,
            long open,
            long chunks,
            long events,
            long bytes) {}

    public VerifyReport {
        heads = List.copyOf(heads);
        findings = List.copyOf(findings);
    }

    /** 0 sound, 1 integrity failure, 2 incomplete, 3 not verifiable. */
    public int exitCode() {
        return worst.exitCode();
    }

    /** The verdict in a word. */
    public String verdict() {
        return switch (worst) {
            case NOTE -> "sound";
            case INCOMPLETE -> "incomplete";
            case UNVERIFIABLE -> "not verifiable";
            case FAILURE -> "integrity failure";
        };
    }

    /** The report for people. */
    public String text() {
        StringBuilder text = new StringBuilder();
        for (Finding finding : findings) {
            String severity = finding.severity().name().toLowerCase(Locale.ROOT);
            text.append(severity)
                    .append(": ")
                    .append(finding.place())
                    .append(": ")
                    .append(finding.message())
                    .append('\n');
        }
        if (leftOut > 0) {
            text.append("and ").append(leftOut).append(" more\n");
        }
        for (Head head : heads) {
            text.append("log ").append(head.origin()).append(": ").append(head.size());
            text.append(" leaves, root ").append(head.root().base64()).append('\n');
        }
        text.append(verdict())
                .append(": ")
                .append(counts.sessions())
                .append(" sessions (")
                .append(counts.open())
                .append(" open), ")
                .append(counts.events())
                .append(" events, ")
                .append(counts.bytes())
                .append(" bytes, ")
                .append(counts.leaves())
                .append(" leaves in ")
                .append(took.toMillis())
                .append(" ms\n");
        return printable(text);
    }

    /** File names and leaf texts are a stranger's: no control may reach the terminal. */
    private static String printable(StringBuilder text) {
        StringBuilder printable = new StringBuilder(text.length());
        text.codePoints()
                .map(c -> c == '\n' || !Character.isISOControl(c) ? c : '\ufffd')
                .forEach(printable::appendCodePoint);
        return printable.toString();
    }

    /** The report for machines: one JSON object. */
    public String json() {
        StringWriter text = new StringWriter();
        try (JsonGenerator json =
                new JsonFactory().createGenerator(ObjectWriteContext.empty(), text)) {
            json.writeStartObject();
            json.writeNumberProperty("v", 1);
            json.writeStringProperty("verdict", verdict());
            json.writeNumberProperty("exit", exitCode());
            writeCounts(json);
            json.writeArrayPropertyStart("heads");
            for (Head head : heads) {
                json.writeStartObject();
                json.writeStringProperty("origin", head.origin());
                json.writeNumberProperty("size", head.size());
                json.writeStringProperty("root", head.root().base64());
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeArrayPropertyStart("findings");
            findings.forEach(finding -> write(json, finding));
            json.writeEndArray();
            json.writeNumberProperty("left_out", leftOut);
            json.writeEndObject();
        }
        return text.toString();
    }

    private void writeCounts(JsonGenerator json) {
        json.writeNumberProperty("logs", counts.logs());
        json.writeNumberProperty("leaves", counts.leaves());
        json.writeNumberProperty("sessions", counts.sessions());
        json.writeNumberProperty("open", counts.open());
        json.writeNumberProperty("chunks", counts.chunks());
        json.writeNumberProperty("events", counts.events());
        json.writeNumberProperty("bytes", counts.bytes());
        json.writeNumberProperty("milliseconds", took.toMillis());
    }

    private static void write(JsonGenerator json, Finding finding) {
        json.writeStartObject();
        json.writeStringProperty("severity", finding.severity().name().toLowerCase(Locale.ROOT));
        Place place = finding.place();
        json.writeStringProperty("file", place.file());
        if (place.leaf() >= 0) {
            json.writeNumberProperty("leaf", place.leaf());
        }
        if (!place.session().isEmpty()) {
            json.writeStringProperty("session", place.session());
        }
        if (place.offset() >= 0) {
            json.writeNumberProperty("offset", place.offset());
        }
        json.writeStringProperty("message", finding.message());
        json.writeEndObject();
    }
}
