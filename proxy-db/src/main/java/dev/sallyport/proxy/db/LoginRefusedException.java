package dev.sallyport.proxy.db;

import java.io.IOException;

/** The server does not let the grant's role in. */
final class LoginRefusedException extends IOException {
    private static final long serialVersionUID = 1L;

    /**
     * @param sqlState what the server said; its text is not repeated
     */
    LoginRefusedException(String sqlState) {
        super("the server refuses the login with " + sqlState);
    }
}
