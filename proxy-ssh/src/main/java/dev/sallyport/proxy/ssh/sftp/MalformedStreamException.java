package dev.sallyport.proxy.ssh.sftp;

/** Bytes that are not what the protocol allows; the message names the rule and no content. */
final class MalformedStreamException extends Exception {
    private static final long serialVersionUID = 1L;

    MalformedStreamException(String message) {
        super(message);
    }
}
