package dev.sallyport.proxy.ssh;

import dev.sallyport.access.Protocol;
import dev.sallyport.access.Refusal;
import dev.sallyport.access.Target;
import dev.sallyport.access.certificate.GrantVerifier;
import dev.sallyport.access.certificate.VerifiedGrant;
import dev.sallyport.access.event.EventContext;
import dev.sallyport.access.gate.RefusedLogins;
import dev.sallyport.access.gate.SessionGate;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.apache.sshd.common.AttributeRepository.AttributeKey;
import org.apache.sshd.common.config.keys.OpenSshCertificate;
import org.apache.sshd.common.signature.Signature;
import org.apache.sshd.common.util.buffer.Buffer;
import org.apache.sshd.server.auth.AsyncAuthException;
import org.apache.sshd.server.auth.UserAuth;
import org.apache.sshd.server.auth.UserAuthFactory;
import org.apache.sshd.server.auth.pubkey.PublickeyAuthenticator;
import org.apache.sshd.server.auth.pubkey.UserAuthPublicKey;
import org.apache.sshd.server.session.ServerSession;
import org.jspecify.annotations.Nullable;

/**
 * Certificates only (RFC 4252 §7). {@link #authenticate} is asked about keys that were merely
 * offered and has no effect; what counts is the key whose signature was verified last in the very
 * request that succeeded (CVE-2024-45337). Every "no" looks the same from outside.
 */
final class SshAuthenticator implements PublickeyAuthenticator {
    private static final AttributeKey<Proven> PROVEN = new AttributeKey<>();
    private static final AttributeKey<Attempt> ATTEMPT = new AttributeKey<>();

    private final GrantVerifier verifier;
    private final Map<String, SshTarget> targets;
    private final RefusedLogins refused;
    private final SessionGate gate;

    SshAuthenticator(
            GrantVerifier verifier,
            Map<String, SshTarget> targets,
            RefusedLogins refused,
            SessionGate gate) {
        this.gate = gate;
        this.verifier = verifier;
        this.targets = targets;
        this.refused = refused;
    }

    /**
     * Who has proved what.
     *
     * @param user as sent: {@code login@target}
     */
    record Proven(VerifiedGrant grant, String user, String login, Target target) {
        /** What a refusal after the proof is recorded under; the session may be empty. */
        EventContext context(String session) {
            return EventContext.of(session, grant.grant(), target);
        }
    }

    /**
     * What a connection that never proved anything tried last.
     *
     * @param recorded whether a certificate's refusal is in the record already, which says more
     *     than that the client then tried the plain key as well
     */
    private record Attempt(String user, Refusal why, boolean recorded) {}

    private sealed interface Examined {
        record Fits(Proven proven) implements Examined {}

        record Refused(Refusal why) implements Examined {}
    }

    /** The grant of an authenticated connection. */
    static Optional<Proven> proven(ServerSession session) {
        return Optional.ofNullable(session.getAttribute(PROVEN));
    }

    /** Whom the record of a refusal names. */
    static RefusedLogins.Peer peer(ServerSession session, String user) {
        return new RefusedLogins.Peer(
                "ssh",
                String.valueOf(session.getClientAddress()),
                Wire.printable(user),
                Wire.printable(String.valueOf(session.getClientVersion())));
    }

    @Override
    public boolean authenticate(String user, PublicKey key, ServerSession session) {
        return examine(user, key) instanceof Examined.Fits;
    }

    /** The authentication method to be offered, and the only one. */
    UserAuthFactory method() {
        return new UserAuthFactory() {
            @Override
            public String getName() {
                return UserAuthPublicKey.NAME;
            }

            @Override
            public UserAuth createUserAuth(ServerSession session) {
                return new Method();
            }
        };
    }

    /** A connection ended: if it only ever offered plain keys, that is recorded now, once. */
    void closed(ServerSession session) {
        Attempt attempt = session.getAttribute(ATTEMPT);
        if (attempt != null && !attempt.recorded() && proven(session).isEmpty()) {
            refused.record(EventContext.NONE, peer(session, attempt.user()), attempt.why());
        }
    }

    private Examined examine(String user, PublicKey key) {
        return switch (verifier.verifySsh(key)) {
            case GrantVerifier.Result.Refused(Refusal why) -> new Examined.Refused(why);
            case GrantVerifier.Result.Verified(VerifiedGrant grant) ->
                    examine(user, grant, (OpenSshCertificate) key);
        };
    }

    private Examined examine(String user, VerifiedGrant grant, OpenSshCertificate certificate) {
        int at = user.lastIndexOf('@');
        if (at < 1 || !certificate.getPrincipals().contains(user)) {
            return refuse("principal", "the certificate is not for this login and target", grant);
        }
        SshTarget target = targets.get(user.substring(at + 1));
        if (target == null) {
            return refuse("target", "the target is not configured on this proxy", grant);
        }
        if (grant.grant().scopesFor(target.target()).isEmpty()) {
            return refuse("scope", "the grant does not reach this target", grant);
        }
        if (target.target().protocol() != Protocol.SSH) {
            return refuse("target", "the target does not speak SSH", grant);
        }
        Optional<Refusal> locked = gate.lockedOut(grant, target.target());
        if (locked.isPresent()) {
            return new Examined.Refused(locked.get());
        }
        return new Examined.Fits(new Proven(grant, user, user.substring(0, at), target.target()));
    }

    private static Examined refuse(String rule, String reason, VerifiedGrant grant) {
        return new Examined.Refused(Refusal.deny(rule, reason).in("", grant.grant().id()));
    }

    /** One authentication request. */
    private final class Method extends UserAuthPublicKey {
        private @Nullable PublicKey verified;

        @Override
        public @Nullable Boolean doAuth(Buffer buffer, boolean init) throws Exception {
            PublicKey offered = offered(buffer);
            Boolean answer;
            try {
                answer = super.doAuth(buffer, init);
            } catch (IOException | GeneralSecurityException | RuntimeException e) {
                answer = Boolean.FALSE; // Malformed, or a signature that does not fit.
            }
            if (answer == null) {
                return null;
            }
            PublicKey key = verified;
            if (answer
                    && key != null
                    && examine(getUsername(), key) instanceof Examined.Fits(Proven proven)) {
                getServerSession().setAttribute(PROVEN, proven);
                return true;
            }
            return refuse(offered);
        }

        @Override
        protected boolean verifySignature(
                ServerSession session,
                String user,
                String algorithm,
                PublicKey key,
                Buffer buffer,
                Signature verifierOfKey,
                byte[] signature)
                throws Exception {
            boolean fits =
                    super.verifySignature(
                            session, user, algorithm, key, buffer, verifierOfKey, signature);
            verified = fits ? key : null;
            return fits;
        }

        /** A certificate's refusal is durable before the client hears of it. */
        private Boolean refuse(@Nullable PublicKey offered) {
            ServerSession session = getServerSession();
            Refusal why = reason(offered);
            Attempt before = session.getAttribute(ATTEMPT);
            boolean certificate = offered instanceof OpenSshCertificate;
            boolean known = before != null && before.recorded();
            session.setAttribute(ATTEMPT, new Attempt(getUsername(), why, certificate || known));
            if (!certificate) {
                return false;
            }
            CompletableFuture<Void> recorded =
                    refused.record(EventContext.NONE, peer(session, getUsername()), why);
            if (recorded.isDone()) {
                return false;
            }
            var later = new AsyncAuthException();
            recorded.whenComplete((kept, failure) -> later.setAuthed(false));
            throw later;
        }

        private Refusal reason(@Nullable PublicKey offered) {
            if (offered == null) {
                return Refusal.deny("key-encoding", "a malformed key was offered");
            }
            return examine(getUsername(), offered) instanceof Examined.Refused(Refusal why)
                    ? why
                    : Refusal.deny("signature", "the key did not prove itself");
        }

        /** Looks at the key without moving the reader (RFC 4252 §7: flag, algorithm, key). */
        private @Nullable PublicKey offered(Buffer buffer) {
            int start = buffer.rpos();
            int end = buffer.wpos();
            try {
                buffer.getBoolean();
                buffer.getString();
                return buffer.getPublicKey();
            } catch (IOException | RuntimeException e) {
                return null;
            } finally {
                buffer.rpos(start);
                buffer.wpos(end);
            }
        }
    }
}
