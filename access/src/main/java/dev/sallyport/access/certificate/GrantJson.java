package dev.sallyport.access.certificate;

import dev.sallyport.access.Agent;
import dev.sallyport.access.Approval;
import dev.sallyport.access.Grant;
import dev.sallyport.access.json.JsonObject;
import dev.sallyport.access.scope.ScopeJson;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Collection;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Grants as JSON: every field of {@link Grant} is always there, in one order, times in RFC 3339.
 * The same grant gives the same bytes. Unsigned; see {@link GrantCodec}.
 */
public final class GrantJson {
    /** Largest grant: with it a certificate stays below half of SSH's 256 KiB packet. */
    public static final int MAX_BYTES = 48 * 1024;

    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    private GrantJson() {}

    /**
     * The UTF-8 JSON of {@code grant}.
     *
     * @throws IllegalArgumentException when it is longer than {@link #MAX_BYTES}
     */
    public static byte[] write(Grant grant) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("id", grant.id());
        json.put("cluster", grant.cluster());
        ObjectNode agent = json.putObject("agent");
        agent.put("id", grant.agent().id());
        agent.put("owner", grant.agent().owner());
        agent.put("run", grant.agent().run());
        putTexts(agent, "groups", grant.agent().groups());
        json.put("intent", grant.intent());
        putMap(json, "parameters", grant.parameters());
        putMap(json, "facts", grant.facts());
        json.put("reason", grant.reason());
        json.put("ticket", grant.ticket());
        ArrayNode scope = json.putArray("scope");
        grant.scope().forEach(entry -> scope.add(ScopeJson.write(entry)));
        ArrayNode approvals = json.putArray("approvals");
        grant.approvals().forEach(approval -> approvals.add(write(approval)));
        putTexts(json, "keys", grant.keys());
        json.put("notBefore", grant.notBefore().toString());
        json.put("notAfter", grant.notAfter().toString());
        return bytes(json);
    }

    /**
     * Reads what {@link #write} wrote.
     *
     * @throws IllegalArgumentException when a field is missing, unknown, twice there or wrong
     */
    public static Grant read(byte[] bytes) {
        JsonObject json = JsonObject.parse(bytes, MAX_BYTES);
        var grant =
                new Grant(
                        json.text("id"),
                        json.text("cluster"),
                        readAgent(json.object("agent")),
                        json.text("intent"),
                        json.textMap("parameters"),
                        json.textMap("facts"),
                        json.text("reason"),
                        json.text("ticket"),
                        json.objects("scope").stream().map(ScopeJson::read).toList(),
                        json.objects("approvals").stream().map(GrantJson::readApproval).toList(),
                        json.texts("keys"),
                        instant(json, "notBefore"),
                        instant(json, "notAfter"));
        json.end();
        return grant;
    }

    private static ObjectNode write(Approval approval) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("id", approval.id());
        json.put("approver", approval.approver());
        json.put("shownHash", approval.shownHash());
        json.put("at", approval.at().toString());
        return json;
    }

    private static Approval readApproval(JsonObject json) {
        var approval =
                new Approval(
                        json.text("id"),
                        json.text("approver"),
                        json.text("shownHash"),
                        instant(json, "at"));
        json.end();
        return approval;
    }

    private static Agent readAgent(JsonObject json) {
        var agent =
                new Agent(
                        json.text("id"),
                        json.text("owner"),
                        json.text("run"),
                        json.texts("groups"));
        json.end();
        return agent;
    }

    private static Instant instant(JsonObject json, String field) {
        String text = json.text(field);
        try {
            Instant instant = Instant.parse(text);
            if (instant.toString().equals(text)) {
                return instant;
            }
        } catch (DateTimeException malformed) {
            // Told below, together with times in any but the one form.
        }
        throw new IllegalArgumentException(field + " is not a time as this program writes it");
    }

    private static void putTexts(ObjectNode json, String field, Collection<String> texts) {
        ArrayNode array = json.putArray(field);
        texts.forEach(array::add);
    }

    private static void putMap(ObjectNode json, String field, Map<String, String> map) {
        ObjectNode object = json.putObject(field);
        map.forEach(object::put);
    }

    private static byte[] bytes(ObjectNode json) {
        byte[] bytes;
        try {
            bytes = MAPPER.writeValueAsBytes(json);
        } catch (JacksonException refused) {
            throw new IllegalArgumentException("the grant holds text that is not Unicode");
        }
        if (bytes.length > MAX_BYTES) {
            throw new IllegalArgumentException("the grant is longer than " + MAX_BYTES + " bytes");
        }
        return bytes;
    }
}
