package dev.sallyport.proxy.db.wire;

/**
 * A peer sent bytes that are not PostgreSQL's protocol, or more of them than is allowed. The
 * connection MUST be closed: nothing behind a violation has a meaning.
 *
 * <p>Costs no stack trace, because hostile peers cause it at will. The text names the message and
 * what is wrong with it, and never anything that the peer chose.
 */
public final class ProtocolViolation extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** The manual's name of the message, or of the place in the protocol. */
    private final String subject;

    ProtocolViolation(String subject, String wrong) {
        super(subject + " " + wrong, null, false, false);
        this.subject = subject;
    }

    /** The manual's name of the message that is wrong; a name of ours where there is none. */
    public String subject() {
        return subject;
    }
}
