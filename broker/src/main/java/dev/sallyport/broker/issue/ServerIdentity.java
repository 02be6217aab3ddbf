package dev.sallyport.broker.issue;

import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;

/** What a TLS listener of ours shows: a fresh key and its certificate chain, leaf first. */
public record ServerIdentity(PrivateKey key, List<X509Certificate> chain) {
    public ServerIdentity {
        chain = List.copyOf(chain);
    }

    @Override
    public String toString() {
        return "ServerIdentity[redacted]";
    }
}
