package dev.sallyport.broker.api;

import dev.sallyport.access.Refusal;
import dev.sallyport.access.event.EventJson;
import java.nio.charset.StandardCharsets;

/** What goes back over HTTP. */
record ApiAnswer(int status, String mediaType, byte[] body) {
    private static final String JSON = "application/json";

    static ApiAnswer of(int status, Object body, ApiJson json) {
        return new ApiAnswer(status, JSON, json.write(body));
    }

    static ApiAnswer text(String mediaType, String body) {
        return new ApiAnswer(200, mediaType, body.getBytes(StandardCharsets.UTF_8));
    }

    /** A refusal in its one shape: 423 for a lock, 503 for a lost record, else 403. */
    static ApiAnswer refused(Refusal refusal) {
        int status =
                switch (refusal.verdict()) {
                    case KILLED -> 423;
                    case UNRECORDABLE -> 503;
                    case DENY, HELD, BUDGET, EXPIRED -> 403;
                };
        return new ApiAnswer(status, JSON, EventJson.refusal(refusal));
    }
}
