package dev.sallyport.broker.issue;

import dev.sallyport.access.Grant;
import java.util.List;

/** A grant and the certificates that carry it; at least one. */
public record IssuedGrant(Grant grant, List<IssuedCertificate> certificates) {
    public IssuedGrant {
        certificates = List.copyOf(certificates);
        if (certificates.isEmpty()) {
            throw new IllegalArgumentException("a grant that nothing carries");
        }
    }
}
