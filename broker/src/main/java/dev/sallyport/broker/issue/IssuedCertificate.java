package dev.sallyport.broker.issue;

import java.time.Instant;

/**
 * A signed certificate.
 *
 * @param text OpenSSH's one-line format, or PEM
 * @param serial decimal
 */
public record IssuedCertificate(KeyUse use, String text, String serial, Instant notAfter) {}
