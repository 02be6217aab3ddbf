package dev.sallyport.broker.api;

import dev.sallyport.broker.identity.AgentCaller;
import dev.sallyport.broker.identity.Caller;
import dev.sallyport.broker.identity.HumanCaller;
import dev.sallyport.broker.identity.Role;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.Map;

/** Authentication, authorisation by the table in {@link Route}, then the endpoint. */
final class ApiDispatch {
    private static final String ID = "[A-Za-z0-9][A-Za-z0-9-]{0,63}";
    private static final byte[] NOTHING = new byte[0];

    private final BrokerCore core;
    private final ApiJson json;
    private final AgentEndpoints agents;
    private final HumanEndpoints humans;
    private final byte[] openApi;

    /** A call before authentication; its body is not read yet. */
    record Incoming(
            String authorization,
            String contentType,
            String peer,
            String id,
            Map<String, String> query,
            Body body) {}

    /** Reads the body, within its limit. */
    @FunctionalInterface
    interface Body {
        byte[] read() throws IOException, ApiErrorException;
    }

    ApiDispatch(BrokerCore core, ApiJson json) {
        this.core = core;
        this.json = json;
        this.agents = new AgentEndpoints(core, json);
        this.humans = new HumanEndpoints(core, json);
        this.openApi = openApi();
    }

    private static byte[] openApi() {
        try (InputStream stream = ApiDispatch.class.getResourceAsStream("openapi.json")) {
            if (stream == null) {
                throw new IllegalStateException("openapi.json is not in the jar");
            }
            return stream.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void called(Route route, int status) {
        core.metrics().called(route.path(), status);
    }

    ApiAnswer answer(Route route, Incoming incoming)
            throws ApiErrorException, IOException, InterruptedException {
        ApiCall call = authorise(route, incoming);
        return switch (route) {
            case SUBMIT -> agents.submit(call);
            case COLLECT -> agents.collect(call);
            case GRANTS -> agents.grants(call);
            case RENEW -> agents.renew(call);
            case RELEASE -> agents.release(call);
            case APPROVALS -> humans.approvals(call);
            case APPROVAL -> humans.approval(call);
            case DECIDE -> humans.decide(call);
            case LOCK -> humans.lock(call);
            case LOCKS -> humans.locks(call);
            case UNLOCK -> humans.unlock(call);
            case STATUS -> humans.status(call);
            case INTENTS -> humans.intents(call);
            case EXPLAIN -> humans.explain(call);
            case CA -> ApiAnswer.of(200, authorities(), json);
            case HEALTHZ -> ApiAnswer.of(200, new ApiBody.Health("ok"), json);
            case READYZ -> readiness();
            case METRICS -> ApiAnswer.text("text/plain; version=0.0.4", core.metrics().scrape());
            case OPENAPI ->
                    ApiAnswer.text("application/json", new String(openApi, StandardCharsets.UTF_8));
        };
    }

    private ApiCall authorise(Route route, Incoming incoming)
            throws ApiErrorException, IOException {
        if (route.who().contains(Route.Who.ANYONE)) {
            return new ApiCall(null, null, "", incoming.query(), NOTHING, json);
        }
        boolean byKey = incoming.authorization().startsWith(KeyCredential.SCHEME);
        if (byKey && route.who().contains(Route.Who.KEY)) {
            String id = id(route, incoming);
            var step = KeyCredential.parse(incoming.authorization(), id, incoming.peer());
            return new ApiCall(null, step, id, incoming.query(), NOTHING, json);
        }
        Caller caller =
                core.callers()
                        .verify(incoming.authorization(), incoming.peer())
                        .orElseThrow(ApiErrorException::unauthenticated);
        if (Collections.disjoint(route.who(), kinds(caller))) {
            throw ApiErrorException.forbidden();
        }
        return new ApiCall(
                caller, null, id(route, incoming), incoming.query(), body(route, incoming), json);
    }

    private static String id(Route route, Incoming incoming) throws ApiErrorException {
        if (route.path().contains("{id}") && !incoming.id().matches(ID)) {
            throw ApiErrorException.notFound();
        }
        return incoming.id();
    }

    private static byte[] body(Route route, Incoming incoming)
            throws ApiErrorException, IOException {
        if (!route.method().equals("POST")) {
            return NOTHING;
        }
        String type = incoming.contentType().split(";", 2)[0].strip();
        if (!type.equalsIgnoreCase("application/json")) {
            throw new ApiErrorException(415, "media_type", "send application/json", "");
        }
        return incoming.body().read();
    }

    private static java.util.Set<Route.Who> kinds(Caller caller) {
        return switch (caller) {
            case AgentCaller _ -> java.util.Set.of(Route.Who.AGENT);
            case HumanCaller human -> {
                var kinds = java.util.EnumSet.noneOf(Route.Who.class);
                human.roles().forEach(role -> kinds.add(kind(role)));
                yield kinds;
            }
        };
    }

    private static Route.Who kind(Role role) {
        return switch (role) {
            case APPROVER -> Route.Who.APPROVER;
            case OPERATOR -> Route.Who.OPERATOR;
            case AUDITOR -> Route.Who.AUDITOR;
        };
    }

    private ApiBody.Ca authorities() {
        return new ApiBody.Ca(
                core.cluster(),
                core.keys().x509CaPem(),
                core.keys().sshCaLine(),
                core.keys().upstreamCaLine());
    }

    private ApiAnswer readiness() {
        boolean ready = core.status().isRecording() && core.broker().isHealthy();
        return ApiAnswer.of(ready ? 200 : 503, new ApiBody.Health(ready ? "ok" : "failing"), json);
    }
}
