package dev.sallyport.broker.api;

import dev.sallyport.broker.identity.AgentCaller;
import dev.sallyport.broker.identity.Caller;
import dev.sallyport.broker.identity.HumanCaller;
import dev.sallyport.broker.request.KeyStep;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One authenticated and authorised call. */
final class ApiCall {
    private final @Nullable Caller caller;
    private final @Nullable KeyStep step;
    private final String id;
    private final Map<String, String> query;
    private final byte[] body;
    private final ApiJson json;

    ApiCall(
            @Nullable Caller caller,
            @Nullable KeyStep step,
            String id,
            Map<String, String> query,
            byte[] body,
            ApiJson json) {
        this.caller = caller;
        this.step = step;
        this.id = id;
        this.query = query;
        this.body = body.clone();
        this.json = json;
    }

    /** The path's id; empty when the route has none. */
    String id() {
        return id;
    }

    /** A query parameter, or empty. */
    String query(String name) {
        return query.getOrDefault(name, "");
    }

    /** The body as {@code shape}. */
    <T extends ApiBody> T body(Class<T> shape) throws ApiErrorException {
        return json.read(body, shape);
    }

    Caller caller() throws ApiErrorException {
        if (caller == null) {
            throw ApiErrorException.unauthenticated();
        }
        return caller;
    }

    AgentCaller agent() throws ApiErrorException {
        if (caller() instanceof AgentCaller agent) {
            return agent;
        }
        throw ApiErrorException.forbidden();
    }

    HumanCaller human() throws ApiErrorException {
        if (caller() instanceof HumanCaller human) {
            return human;
        }
        throw ApiErrorException.forbidden();
    }

    /** True when a key's holder calls instead of a token's. */
    boolean isByKey() {
        return step != null;
    }

    KeyStep step() throws ApiErrorException {
        if (step == null) {
            throw ApiErrorException.unauthenticated();
        }
        return step;
    }
}
