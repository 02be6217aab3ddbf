package dev.sallyport.proxy.db.wire;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The client's side of SCRAM-SHA-256 and SCRAM-SHA-256-PLUS, as PostgreSQL speaks it:
 *
 * <pre>
 * AuthenticationSASL          → {@link #begin}, {@link #mechanism}, {@link #clientFirst}
 * AuthenticationSASLContinue  → {@link #answer}, {@link Proof#clientFinal}
 * AuthenticationSASLFinal     → {@link Proof#verify}
 * </pre>
 *
 * <p>The server has proved that it knows the password only when {@link Proof#verify} returned;
 * AuthenticationOk before that MUST be refused. {@link #answer} computes for milliseconds up to a
 * second and MUST NOT run on an event loop. Not safe for use by several threads at once.
 *
 * <p>{@link #close} wipes the password. Keys derived from it are wiped as soon as they were used,
 * as far as the JDK lets go of them.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc5802">RFC 5802</a>
 * @see <a href="https://www.rfc-editor.org/rfc/rfc7677">RFC 7677</a>
 */
public final class Scram implements AutoCloseable {
    /** Without channel binding. */
    public static final String SHA_256 = "SCRAM-SHA-256";

    /** Bound to the TLS connection. */
    public static final String SHA_256_PLUS = "SCRAM-SHA-256-PLUS";

    /** The minimum of RFC 7677, 4: fewer make a stolen proof cheap to guess from. */
    static final int FEWEST_ITERATIONS = 4_096;

    /** 600,000 are advised in 2026; a server that asks for more than this wants our time. */
    static final int MOST_ITERATIONS = 1_000_000;

    /** As libpq. */
    private static final int NONCE_BYTES = 18;

    /** The server takes the user's name from the StartupMessage. */
    private static final String NO_USER = "";

    private static final int LONGEST_MESSAGE = 4_096;
    private static final String CONTINUE = "AuthenticationSASLContinue";
    private static final String FINAL = "AuthenticationSASLFinal";

    private final byte[] password;
    private final ChannelBinding binding;
    private final String gs2Header;
    private final String user;
    private final String nonce;
    private boolean closed;

    private Scram(
            byte[] password, ChannelBinding binding, String gs2Header, String user, String nonce) {
        this.password = password;
        this.binding = binding;
        this.gs2Header = gs2Header;
        this.user = user;
        this.nonce = nonce;
    }

    /**
     * Chooses the strongest mechanism on offer: PLUS whenever both sides can.
     *
     * @param offered by AuthenticationSASL
     * @param password in UTF-8 and not empty; copied, the caller wipes its own
     * @throws ProtocolViolation when neither mechanism is offered
     */
    public static Scram begin(
            List<String> offered, byte[] password, ChannelBinding binding, SecureRandom random) {
        byte[] raw = new byte[NONCE_BYTES];
        random.nextBytes(raw);
        String nonce = Base64.getEncoder().encodeToString(raw);
        return begin(offered, password, binding, NO_USER, nonce);
    }

    /** As {@link #begin}, with what the vectors of the RFC fix. */
    static Scram begin(
            List<String> offered,
            byte[] password,
            ChannelBinding binding,
            String user,
            String nonce) {
        if (password.length == 0) {
            throw new IllegalArgumentException("a password is not empty");
        }
        boolean bound = binding.exists() && offered.contains(SHA_256_PLUS);
        if (!bound && !offered.contains(SHA_256)) {
            throw new ProtocolViolation("AuthenticationSASL", "offers no mechanism that is spoken");
        }
        ChannelBinding used = bound ? binding : ChannelBinding.none();
        return new Scram(SaslPrep.prepare(password), used, gs2Header(bound, binding), user, nonce);
    }

    /**
     * {@code y} tells a server that we could have bound: if it had offered that, somebody took the
     * offer away, and it ends the login.
     */
    private static String gs2Header(boolean bound, ChannelBinding binding) {
        if (bound) {
            return "p=tls-server-end-point,,";
        }
        return binding.exists() ? "y,," : "n,,";
    }

    /** For SASLInitialResponse. */
    public String mechanism() {
        return binding.exists() ? SHA_256_PLUS : SHA_256;
    }

    /** {@code gs2-header n=,r=nonce}, for SASLInitialResponse. */
    public byte[] clientFirst() {
        return ascii(gs2Header + clientFirstBare());
    }

    private String clientFirstBare() {
        return "n=" + user + ",r=" + nonce;
    }

    /**
     * Reads {@code r=nonce,s=salt,i=iterations} and computes the proof; reads {@code data} without
     * moving its indices.
     *
     * @throws ProtocolViolation when the server does not keep to the mechanism or its bounds
     */
    public Proof answer(ByteBuf data) {
        if (closed) {
            throw new IllegalStateException("the password was wiped");
        }
        String serverFirst = text(data, CONTINUE);
        String[] parts = serverFirst.split(",", -1);
        if (parts.length != 3) {
            throw new ProtocolViolation(CONTINUE, "has other than three attributes");
        }
        String both = attribute(parts[0], "r=", CONTINUE);
        if (!both.startsWith(nonce) || both.length() == nonce.length()) {
            throw new ProtocolViolation(CONTINUE, "does not extend our nonce");
        }
        byte[] salt = base64(attribute(parts[1], "s=", CONTINUE), CONTINUE);
        int iterations = iterations(attribute(parts[2], "i=", CONTINUE));

        String withoutProof =
                "c=" + Base64.getEncoder().encodeToString(binding.after(gs2Header)) + ",r=" + both;
        byte[] authMessage = ascii(clientFirstBare() + "," + serverFirst + "," + withoutProof);
        byte[] salted = saltedPassword(salt, iterations);
        byte[] clientKey = hmac(salted, ascii("Client Key"));
        byte[] serverKey = hmac(salted, ascii("Server Key"));
        byte[] proof = hmac(sha256(clientKey), authMessage);
        for (int i = 0; i < proof.length; i++) {
            proof[i] ^= clientKey[i];
        }
        byte[] expected = hmac(serverKey, authMessage);
        wipe(salted, clientKey, serverKey);
        String text = withoutProof + ",p=" + Base64.getEncoder().encodeToString(proof);
        return new Proof(ascii(text), expected);
    }

    private static int iterations(String digits) {
        int iterations = digits.matches("[1-9][0-9]{0,8}") ? Integer.parseInt(digits) : 0;
        if (iterations < FEWEST_ITERATIONS || iterations > MOST_ITERATIONS) {
            throw new ProtocolViolation(CONTINUE, "has a number of iterations out of bounds");
        }
        return iterations;
    }

    /** {@code Hi} of RFC 5802, 2.2. */
    private byte[] saltedPassword(byte[] salt, int iterations) {
        Mac mac = mac(password);
        mac.update(salt);
        byte[] round = mac.doFinal(new byte[] {0, 0, 0, 1});
        byte[] sum = round.clone();
        for (int i = 1; i < iterations; i++) {
            round = mac.doFinal(round);
            for (int k = 0; k < sum.length; k++) {
                sum[k] ^= round[k];
            }
        }
        wipe(round);
        return sum;
    }

    @Override
    public void close() {
        closed = true;
        wipe(password);
    }

    @Override
    public String toString() {
        return mechanism();
    }

    /** What proves our password to the server, and what will prove the server's to us. */
    public static final class Proof {
        private final byte[] clientFinal;
        private final byte[] serverSignature;

        private Proof(byte[] clientFinal, byte[] serverSignature) {
            this.clientFinal = clientFinal;
            this.serverSignature = serverSignature;
        }

        /** {@code c=binding,r=nonce,p=proof}, for SASLResponse. */
        public byte[] clientFinal() {
            return clientFinal.clone();
        }

        /**
         * Reads {@code v=signature}, compared in constant time.
         *
         * @throws ProtocolViolation when the server does not know the password
         */
        public void verify(ByteBuf data) {
            String serverFinal = text(data, FINAL);
            byte[] signature = base64(attribute(serverFinal, "v=", FINAL), FINAL);
            if (!MessageDigest.isEqual(serverSignature, signature)) {
                throw new ProtocolViolation(FINAL, "does not prove the password");
            }
        }
    }

    private static String attribute(String part, String name, String title) {
        if (!part.startsWith(name) || part.length() == name.length()) {
            throw new ProtocolViolation(title, "lacks an attribute");
        }
        return part.substring(name.length());
    }

    /** In the one way to write it, so that no two messages mean the same. */
    private static byte[] base64(String text, String title) {
        try {
            byte[] decoded = Base64.getDecoder().decode(text);
            if (Base64.getEncoder().encodeToString(decoded).equals(text)) {
                return decoded;
            }
        } catch (IllegalArgumentException e) {
            throw new ProtocolViolation(title, "is not in base64");
        }
        throw new ProtocolViolation(title, "is not in base64");
    }

    /** All that a server may say here is printable ASCII. */
    private static String text(ByteBuf data, String title) {
        if (data.readableBytes() > LONGEST_MESSAGE) {
            throw new ProtocolViolation(title, "is longer than 4,096 bytes");
        }
        byte[] bytes = ByteBufUtil.getBytes(data);
        for (byte each : bytes) {
            if (each < 0x21 || each > 0x7E) {
                throw new ProtocolViolation(title, "has other than printable ASCII");
            }
        }
        return new String(bytes, StandardCharsets.US_ASCII);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static byte[] hmac(byte[] key, byte[] message) {
        return mac(key).doFinal(message);
    }

    private static Mac mac(byte[] key) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            return mac;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JDK has no HMAC with SHA-256", e);
        }
    }

    private static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JDK has no SHA-256", e);
        }
    }

    private static void wipe(byte[]... secrets) {
        for (byte[] secret : secrets) {
            Arrays.fill(secret, (byte) 0);
        }
    }
}
