package dev.sallyport.broker.api;

import dev.sallyport.access.Lock;
import dev.sallyport.access.Refusal;
import dev.sallyport.broker.grant.GrantAnswer;
import dev.sallyport.broker.issue.IssuedCertificate;
import dev.sallyport.broker.issue.IssuedGrant;
import dev.sallyport.broker.issue.KeyUse;
import dev.sallyport.broker.kill.KillAnswer;
import dev.sallyport.broker.request.AccessRequest;
import dev.sallyport.broker.request.ProvenKey;
import dev.sallyport.broker.request.RequestAnswer;
import dev.sallyport.broker.store.Question;
import java.security.GeneralSecurityException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;

/** Asking for, collecting, renewing and handing back grants. */
final class AgentEndpoints {
    /** An SSH and an X.509 key; more is a mistake. */
    private static final int MAX_KEYS = 4;

    private static final Duration MAX_WAIT = Duration.ofSeconds(60);

    /** Calls that may wait at once; each holds a connection and a virtual thread. */
    private static final int MAX_WAITING = 256;

    private static final long RETRY_SECONDS = 2;

    private final BrokerCore core;
    private final ApiJson json;
    private final Semaphore waiting = new Semaphore(MAX_WAITING);

    AgentEndpoints(BrokerCore core, ApiJson json) {
        this.core = core;
        this.json = json;
    }

    ApiAnswer submit(ApiCall call) throws ApiErrorException {
        var ask = call.body(ApiBody.Ask.class);
        long begin = System.nanoTime();
        ApiAnswer answer = answer(core.requests().submit(call.agent(), request(ask)));
        if (answer.status() == 201) {
            core.metrics().issued(Duration.ofNanos(System.nanoTime() - begin));
        }
        return answer;
    }

    private static AccessRequest request(ApiBody.Ask ask) throws ApiErrorException {
        if (ask.keys().isEmpty() || ask.keys().size() > MAX_KEYS) {
            throw ApiErrorException.malformed("1 to " + MAX_KEYS + " keys are needed", "keys");
        }
        var keys = new ArrayList<ProvenKey>();
        for (ApiBody.Key key : ask.keys()) {
            keys.add(key(key));
        }
        try {
            return new AccessRequest(
                    ask.intent(),
                    ask.parameters(),
                    ask.reason(),
                    ask.ticket(),
                    ask.evidence(),
                    Instant.ofEpochSecond(ask.at()),
                    keys);
        } catch (IllegalArgumentException | DateTimeException e) {
            throw ApiErrorException.malformed("a field is too long or holds controls", "");
        }
    }

    private static ProvenKey key(ApiBody.Key key) throws ApiErrorException {
        for (KeyUse use : KeyUse.values()) {
            if (use.word().equals(key.use())) {
                try {
                    return new ProvenKey(use, KeyCredential.decode(key.publicKey()), key.proof());
                } catch (GeneralSecurityException | IllegalArgumentException e) {
                    throw ApiErrorException.malformed("not a P-256 or Ed25519 key", "publicKey");
                }
            }
        }
        throw ApiErrorException.malformed("use is ssh or x509", "use");
    }

    ApiAnswer collect(ApiCall call) throws ApiErrorException, InterruptedException {
        Duration wait = wait(call.query("wait"));
        boolean mayWait = !wait.isZero() && waiting.tryAcquire();
        try {
            return answer(core.requests().collect(call.step(), mayWait ? wait : Duration.ZERO));
        } finally {
            if (mayWait) {
                waiting.release();
            }
        }
    }

    private static Duration wait(String text) throws ApiErrorException {
        if (text.isEmpty()) {
            return Duration.ZERO;
        }
        if (!text.matches("[0-9]{1,2}") || Long.parseLong(text) > MAX_WAIT.toSeconds()) {
            throw ApiErrorException.malformed("seconds from 0 to 60", "wait");
        }
        return Duration.ofSeconds(Long.parseLong(text));
    }

    ApiAnswer renew(ApiCall call) throws ApiErrorException {
        return switch (core.grants().renew(call.step())) {
            case GrantAnswer.Renewed(var issued) ->
                    ApiAnswer.of(200, issued("renewed", issued), json);
            case GrantAnswer.Refused(var refusal) -> ApiAnswer.refused(refusal);
        };
    }

    /** An agent hands its grant back by key; an operator locks it for good. */
    ApiAnswer release(ApiCall call) throws ApiErrorException {
        if (call.isByKey()) {
            Optional<Refusal> refusal = core.grants().release(call.step());
            return refusal.map(ApiAnswer::refused)
                    .orElseGet(() -> ApiAnswer.of(200, new ApiBody.Health("released"), json));
        }
        if (!core.grants().isKnown(call.id())) {
            return ApiAnswer.refused(Refusal.deny("grant", "no such grant"));
        }
        KillAnswer answer =
                core.killSwitch()
                        .place(
                                call.human(),
                                Lock.Subject.GRANT,
                                call.id(),
                                "grant ended by an operator");
        return switch (answer) {
            case KillAnswer.Placed placed when !placed.stored() ->
                    ApiAnswer.refused(
                            Refusal.deny("store", "the grant is locked, but not for good"));
            case KillAnswer.Placed _, KillAnswer.Lifted _ ->
                    ApiAnswer.of(200, new ApiBody.Health("released"), json);
            case KillAnswer.Refused(var refusal) -> ApiAnswer.refused(refusal);
        };
    }

    ApiAnswer grants(ApiCall call) throws ApiErrorException {
        List<ApiBody.GrantView> views =
                core.grants().list(call.caller()).stream()
                        .map(entry -> Views.grant(entry.grant(), entry.state().word()))
                        .toList();
        return ApiAnswer.of(200, new ApiBody.GrantList(views), json);
    }

    private ApiAnswer answer(RequestAnswer answer) {
        return switch (answer) {
            case RequestAnswer.Issued(var issued) -> {
                core.metrics().requested("issued");
                yield ApiAnswer.of(201, issued("issued", issued), json);
            }
            case RequestAnswer.Pending pending -> {
                core.metrics().requested("pending");
                yield ApiAnswer.of(202, pending(pending), json);
            }
            case RequestAnswer.Refused(var refusal) -> {
                core.metrics().requested("refused");
                yield ApiAnswer.refused(refusal);
            }
        };
    }

    private static ApiBody.Pending pending(RequestAnswer.Pending pending) {
        Question question = pending.question();
        return new ApiBody.Pending(
                "pending",
                pending.request(),
                question.id(),
                question.needed(),
                question.expiresAt(),
                RETRY_SECONDS,
                question.shown());
    }

    private ApiBody.Issued issued(String status, IssuedGrant issued) {
        return new ApiBody.Issued(
                status,
                Views.grant(issued.grant(), "active"),
                certificate(issued, KeyUse.SSH),
                certificate(issued, KeyUse.X509),
                core.keys().x509CaPem(),
                issued.certificates().stream()
                        .map(IssuedCertificate::notAfter)
                        .min(Instant::compareTo)
                        .orElseThrow(),
                core.status().doors());
    }

    private static String certificate(IssuedGrant issued, KeyUse use) {
        return issued.certificates().stream()
                .filter(certificate -> certificate.use() == use)
                .map(IssuedCertificate::text)
                .findFirst()
                .orElse("");
    }
}
