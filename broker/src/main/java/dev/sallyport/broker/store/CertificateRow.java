package dev.sallyport.broker.store;

import java.time.Instant;

/**
 * A certificate that was signed.
 *
 * @param serial decimal
 * @param grant the grant that it carries or serves
 * @param kind {@code SSH}, {@code X509} or {@code UPSTREAM}
 * @param thumbprint of the certified public key
 */
public record CertificateRow(
        String serial, String grant, String kind, String thumbprint, Instant notAfter) {}
