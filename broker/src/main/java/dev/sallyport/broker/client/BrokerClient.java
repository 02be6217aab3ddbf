package dev.sallyport.broker.client;

import dev.sallyport.access.Lock;
import dev.sallyport.access.Secret;
import dev.sallyport.access.port.BrokerUnreachableException;
import dev.sallyport.broker.api.ApiBody;
import dev.sallyport.broker.api.ApiJson;
import dev.sallyport.broker.api.KeyCredential;
import dev.sallyport.broker.request.AccessRequest;
import dev.sallyport.broker.request.KeyStep;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import tools.jackson.core.JacksonException;

/**
 * The broker over HTTPS or, on its own machine, over its operators' socket; one method for each
 * route. Every method throws {@link BrokerUnreachableException} when there is no answer that can be
 * trusted and {@link ApiRefusedException} when the answer is no. Thread-safe; every call blocks.
 */
public final class BrokerClient implements AutoCloseable {
    private static final Duration CALL = Duration.ofSeconds(30);

    private final Wire wire;
    private final Supplier<Secret> bearer;
    private final ApiJson json = new ApiJson();

    /**
     * @param broker {@code https://host:port}
     * @param authorities the only CAs that may vouch for it, see {@link BrokerTrust}
     * @param bearer the token or operator credential; asked for at each call that needs one
     */
    public BrokerClient(URI broker, List<X509Certificate> authorities, Supplier<Secret> bearer)
            throws GeneralSecurityException {
        this(new HttpsWire(broker, authorities), bearer);
    }

    /**
     * @param operators the broker's Unix socket
     * @param bearer the token or operator credential; asked for at each call that needs one
     */
    public BrokerClient(Path operators, Supplier<Secret> bearer) {
        this(new SocketWire(operators), bearer);
    }

    private BrokerClient(Wire wire, Supplier<Secret> bearer) {
        this.wire = wire;
        this.bearer = bearer;
    }

    /** What came of asking for a grant. */
    public sealed interface Asked {
        /** The grant. */
        record Issued(ApiBody.Issued issued) implements Asked {}

        /** Humans are asked; collect later. */
        record Pending(ApiBody.Pending pending) implements Asked {}
    }

    /** Asks for a grant. */
    public Asked ask(AccessRequest request) throws ApiRefusedException {
        var keys =
                request.keys().stream()
                        .map(key ->
                                new ApiBody.Key(
                                        key.use().word(),
                                        KeyCredential.encode(key.key()),
                                        key.proof()))
                        .toList();
        var ask =
                new ApiBody.Ask(
                        request.intent(),
                        request.parameters(),
                        request.reason(),
                        request.ticket(),
                        request.evidence(),
                        request.at().getEpochSecond(),
                        keys);
        return asked(send("POST", "/v1/requests", bearer(), json.write(ask), CALL));
    }

    /** Collects the answer to a request, waiting for up to 60 s. */
    public Asked collect(KeyStep step, Duration wait) throws ApiRefusedException {
        String path = "/v1/requests/" + segment(step.id()) + "?wait=" + wait.toSeconds();
        return asked(send("GET", path, KeyCredential.header(step), NO_BODY, CALL.plus(wait)));
    }

    /** Renews a grant's certificates. */
    public ApiBody.Issued renew(KeyStep step) throws ApiRefusedException {
        String path = "/v1/grants/" + segment(step.id()) + "/renew";
        return read(
                send("POST", path, KeyCredential.header(step), NO_BODY, CALL),
                ApiBody.Issued.class);
    }

    /** Hands a grant back. */
    public void release(KeyStep step) throws ApiRefusedException {
        String path = "/v1/grants/" + segment(step.id());
        send("DELETE", path, KeyCredential.header(step), NO_BODY, CALL);
    }

    /** Ends somebody's grant, as an operator. */
    public void end(String grant) throws ApiRefusedException {
        send("DELETE", "/v1/grants/" + segment(grant), bearer(), NO_BODY, CALL);
    }

    /** Grants that the caller may see. */
    public List<ApiBody.GrantView> grants() throws ApiRefusedException {
        return read("/v1/grants", ApiBody.GrantList.class).grants();
    }

    /** Open questions. */
    public List<ApiBody.ApprovalView> approvals() throws ApiRefusedException {
        return read("/v1/approvals", ApiBody.ApprovalList.class).approvals();
    }

    /** One question. */
    public ApiBody.ApprovalView approval(String id) throws ApiRefusedException {
        return read("/v1/approvals/" + segment(id), ApiBody.ApprovalView.class);
    }

    /**
     * Answers a question.
     *
     * @param hash of the text that the human has seen
     */
    public ApiBody.ApprovalView decide(String id, boolean yes, String hash, String comment)
            throws ApiRefusedException {
        var answer = new ApiBody.Answer(yes ? "yes" : "no", hash, comment);
        String path = "/v1/approvals/" + segment(id) + "/decision";
        return post(path, answer, ApiBody.ApprovalView.class);
    }

    /** Kills. */
    public ApiBody.LockPlaced kill(Lock.Subject subject, String value, String reason)
            throws ApiRefusedException {
        var kill = new ApiBody.Kill(subject.word(), value, reason);
        return post("/v1/locks", kill, ApiBody.LockPlaced.class);
    }

    /** Locks that exist. */
    public List<ApiBody.LockView> locks() throws ApiRefusedException {
        return read("/v1/locks", ApiBody.LockList.class).locks();
    }

    /** Lifts a lock. */
    public ApiBody.LockView unlock(String id, String reason) throws ApiRefusedException {
        String path = "/v1/locks/" + segment(id) + "?reason=" + segment(reason);
        return read(send("DELETE", path, bearer(), NO_BODY, CALL), ApiBody.LockView.class);
    }

    /** State of broker and sessions. */
    public ApiBody.Status status() throws ApiRefusedException {
        return read("/v1/status", ApiBody.Status.class);
    }

    /** The catalogue. */
    public List<ApiBody.IntentView> intents() throws ApiRefusedException {
        return read("/v1/intents", ApiBody.IntentList.class).intents();
    }

    /** What a request would take; {@code agent} is {@link ApiBody.AgentView#SELF} for oneself. */
    public ApiBody.Explained explain(
            String intent, Map<String, String> parameters, ApiBody.AgentView agent)
            throws ApiRefusedException {
        var ask = new ApiBody.Explain(intent, parameters, agent);
        return post("/v1/policy/explain", ask, ApiBody.Explained.class);
    }

    /** Public keys to trust. */
    public ApiBody.Ca ca() throws ApiRefusedException {
        return read(send("GET", "/v1/ca", "", NO_BODY, CALL), ApiBody.Ca.class);
    }

    /** True when the broker says that it can work. */
    public boolean isReady() {
        try {
            send("GET", "/readyz", "", NO_BODY, CALL);
            return true;
        } catch (ApiRefusedException e) {
            return false;
        }
    }

    /** Prometheus text. */
    public String metrics() throws ApiRefusedException {
        return text(send("GET", "/metrics", "", NO_BODY, CALL));
    }

    /** The OpenAPI document. */
    public String openApi() throws ApiRefusedException {
        return text(send("GET", "/openapi.json", "", NO_BODY, CALL));
    }

    private static final byte[] NO_BODY = new byte[0];

    private Asked asked(Wire.Answer answer) {
        return answer.status() == 202
                ? new Asked.Pending(read(answer, ApiBody.Pending.class))
                : new Asked.Issued(read(answer, ApiBody.Issued.class));
    }

    private <T> T post(String path, ApiBody body, Class<T> shape) throws ApiRefusedException {
        return read(send("POST", path, bearer(), json.write(body), CALL), shape);
    }

    private <T> T read(String path, Class<T> shape) throws ApiRefusedException {
        return read(send("GET", path, bearer(), NO_BODY, CALL), shape);
    }

    private <T> T read(Wire.Answer answer, Class<T> shape) {
        try {
            return json.readAnswer(answer.body(), shape);
        } catch (JacksonException e) {
            throw new BrokerUnreachableException("the broker's answer cannot be read", e);
        }
    }

    private String bearer() {
        return "Bearer " + bearer.get().reveal();
    }

    private Wire.Answer send(
            String method, String path, String authorization, byte[] body, Duration limit)
            throws ApiRefusedException {
        var headers = new LinkedHashMap<String, String>();
        if (!authorization.isEmpty()) {
            headers.put("Authorization", authorization);
        }
        if (body.length > 0) {
            headers.put("Content-Type", "application/json");
        }
        Wire.Answer answer;
        try {
            answer = wire.send(new Wire.Call(method, path, headers, body, limit));
        } catch (IOException e) {
            throw new BrokerUnreachableException("the broker at " + wire + " is unreachable", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BrokerUnreachableException("interrupted", e);
        }
        if (answer.status() / 100 != 2) {
            throw new ApiRefusedException(answer.status(), text(answer));
        }
        return answer;
    }

    private static String text(Wire.Answer answer) {
        return new String(answer.body(), StandardCharsets.UTF_8);
    }

    private static String segment(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    @Override
    public void close() {
        wire.close();
    }
}
