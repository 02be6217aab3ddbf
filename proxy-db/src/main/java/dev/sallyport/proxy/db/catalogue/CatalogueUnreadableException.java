package dev.sallyport.proxy.db.catalogue;

import java.io.Serial;

/** The catalogue cannot be had; the message tells operators why and holds no secret. */
public final class CatalogueUnreadableException extends Exception {
    @Serial private static final long serialVersionUID = 1L;

    CatalogueUnreadableException(String message) {
        super(message);
    }

    CatalogueUnreadableException(String message, Throwable cause) {
        super(message, cause);
    }
}
