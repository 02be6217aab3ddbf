package dev.sallyport.broker.identity;

import java.net.URI;
import java.nio.file.Path;

/** Where an issuer's public keys are. */
public sealed interface JwksLocation {
    /** OpenID Connect Discovery 1.0: {@code <issuer>/.well-known/openid-configuration}. */
    record Discovery() implements JwksLocation {}

    /** A JWK set at a URL. */
    record Url(URI uri) implements JwksLocation {}

    /** A JWK set in a file, read again when it changes. */
    record File(Path path) implements JwksLocation {}
}
