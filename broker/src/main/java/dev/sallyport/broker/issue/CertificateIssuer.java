package dev.sallyport.broker.issue;

import dev.sallyport.access.Grant;
import dev.sallyport.access.Refusal;
import dev.sallyport.access.certificate.CertificateDraft;
import dev.sallyport.access.certificate.GrantCodec;
import dev.sallyport.access.certificate.SshCertificates;
import dev.sallyport.access.certificate.Thumbprint;
import dev.sallyport.access.certificate.X509Certificates;
import dev.sallyport.access.event.EventContext;
import dev.sallyport.access.event.EventType;
import dev.sallyport.access.port.UnrecordableException;
import dev.sallyport.broker.store.CertificateRow;
import dev.sallyport.broker.store.DurableEvents;
import dev.sallyport.broker.store.GrantRow;
import dev.sallyport.broker.store.GrantRows;
import dev.sallyport.broker.store.StoreException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Turns a decided grant into certificates, in the order build, validate, record, sign, store,
 * return. Thread-safe; blocks on the record and the store.
 */
public final class CertificateIssuer {
    /** How long a certificate lives when nothing else is configured. */
    public static final Duration DEFAULT_LIFETIME = Duration.ofMinutes(10);

    private static final Logger LOGGER = LoggerFactory.getLogger(CertificateIssuer.class);

    private final AuthorityKeys keys;
    private final GrantRows rows;
    private final DurableEvents events;
    private final InstantSource clock;
    private final Duration lifetime;
    private final SecureRandom random = new SecureRandom();

    /**
     * @param lifetime longest life of a certificate; a longer grant is carried by renewed ones
     */
    public CertificateIssuer(
            AuthorityKeys keys,
            GrantRows rows,
            DurableEvents events,
            InstantSource clock,
            Duration lifetime) {
        if (!lifetime.isPositive() || lifetime.compareTo(CertificateDraft.MAX_LIFETIME) > 0) {
            throw new IllegalArgumentException(
                    "a certificate lives at most " + CertificateDraft.MAX_LIFETIME);
        }
        this.keys = keys;
        this.rows = rows;
        this.events = events;
        this.clock = clock;
        this.lifetime = lifetime;
    }

    /** A certificate that is built and valid, and not signed. */
    private record Draft(KeyUse use, CertificateDraft draft) {
        CertificateRow row() {
            return new CertificateRow(
                    draft.serialText(),
                    draft.grant().id(),
                    use.name(),
                    Thumbprint.of(draft.key()),
                    draft.validBefore());
        }
    }

    /**
     * Issues a new grant.
     *
     * @param because what led to it (request, policies, policy version), for the record
     */
    public IssueAnswer issue(Grant grant, List<ClientKey> clientKeys, Map<String, Object> because) {
        return inOrder(
                grant,
                clientKeys,
                drafts -> {
                    Map<String, Object> fields = GrantFields.of(grant);
                    fields.putAll(because);
                    record(EventType.GRANT_ISSUED, grant, drafts, fields);
                },
                (encoded, drafts) -> {
                    rows.add(row(grant, encoded), drafts.stream().map(Draft::row).toList());
                    return true;
                });
    }

    /** Issues further certificates for a grant that exists; the caller has checked that it may. */
    public IssueAnswer renew(Grant grant, List<ClientKey> clientKeys) {
        return inOrder(
                grant,
                clientKeys,
                drafts -> record(EventType.GRANT_RENEWED, grant, drafts, new LinkedHashMap<>()),
                (encoded, drafts) ->
                        rows.addCertificates(grant.id(), drafts.stream().map(Draft::row).toList()));
    }

    /** Step three: MUST return only when the event is durable. */
    private interface Recording {
        void record(List<Draft> drafts);
    }

    /** Step five: false when the grant is not active any more. */
    private interface Storing {
        boolean store(String encoded, List<Draft> drafts);
    }

    private IssueAnswer inOrder(
            Grant grant, List<ClientKey> clientKeys, Recording recording, Storing storing) {
        try {
            List<Draft> drafts = drafts(grant, clientKeys);
            if (drafts.isEmpty()) {
                return refused("issue", "no key fits what the grant reaches");
            }
            recording.record(drafts);
            String encoded = GrantCodec.sign(grant, keys.grantKey());
            List<IssuedCertificate> signed = drafts.stream().map(d -> sign(d, encoded)).toList();
            return storing.store(encoded, drafts)
                    ? new IssueAnswer.Issued(new IssuedGrant(grant, signed))
                    : refused("grant", "the grant is over");
        } catch (UnrecordableException e) {
            LOGGER.atError().addKeyValue("grant", grant.id()).setCause(e).log("not issued");
            return new IssueAnswer.Refused(
                    DurableEvents.refusal("the grant cannot be recorded, so it is not issued"));
        } catch (StoreException | IllegalArgumentException e) {
            LOGGER.atError().addKeyValue("grant", grant.id()).setCause(e).log("not issued");
            return refused("issue", "the certificate cannot be issued");
        }
    }

    private List<Draft> drafts(Grant grant, List<ClientKey> clientKeys) {
        var drafts = new ArrayList<Draft>();
        Instant now = clock.instant();
        // An SSH certificate without principals would mean anyone to old servers: never drafted.
        boolean reachesSsh = !SshCertificates.principals(grant).isEmpty();
        for (ClientKey key : clientKeys) {
            if (key.use() == KeyUse.X509 || reachesSsh) {
                long serial = CertificateDraft.randomSerial(random);
                drafts.add(
                        new Draft(
                                key.use(),
                                CertificateDraft.of(grant, key.key(), serial, now, lifetime)));
            }
        }
        return drafts;
    }

    private void record(
            EventType type, Grant grant, List<Draft> drafts, Map<String, Object> fields) {
        fields.put(
                "certificates",
                drafts.stream().map(Draft::row).map(CertificateIssuer::described).toList());
        events.record(type, EventContext.of(grant), fields);
    }

    private static Map<String, Object> described(CertificateRow row) {
        return Map.of(
                "kind", row.kind().toLowerCase(Locale.ROOT),
                "serial", row.serial(),
                "key", row.thumbprint(),
                "notAfter", row.notAfter());
    }

    private IssuedCertificate sign(Draft draft, String encoded) {
        String text =
                switch (draft.use()) {
                    case SSH -> SshCertificates.sign(draft.draft(), encoded, keys.sshCa());
                    case X509 ->
                            X509Certificates.pem(
                                    List.of(
                                            X509Certificates.sign(
                                                    draft.draft(),
                                                    encoded,
                                                    keys.x509Ca(),
                                                    keys.x509CaKey())));
                };
        return new IssuedCertificate(
                draft.use(), text, draft.draft().serialText(), draft.draft().validBefore());
    }

    private static GrantRow row(Grant grant, String encoded) {
        return new GrantRow(
                grant.id(),
                GrantRow.State.ACTIVE,
                grant.agent().id(),
                grant.agent().owner(),
                grant.agent().run(),
                grant.intent(),
                encoded,
                grant.notBefore(),
                grant.notAfter());
    }

    private static IssueAnswer refused(String rule, String reason) {
        return new IssueAnswer.Refused(Refusal.deny(rule, reason));
    }
}
