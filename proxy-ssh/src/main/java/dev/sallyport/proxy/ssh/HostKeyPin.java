package dev.sallyport.proxy.ssh;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.config.keys.OpenSshCertificate;
import org.apache.sshd.common.config.keys.PublicKeyEntry;
import org.apache.sshd.common.config.keys.PublicKeyEntryResolver;

/** How a target proves that it is the one that was meant. There is no trust on first use. */
public sealed interface HostKeyPin {
    /** The word that marks an authority, as in OpenSSH's known_hosts. */
    String AUTHORITY = "@cert-authority ";

    /** Exactly this key. */
    record Exact(PublicKey key) implements HostKeyPin {
        @Override
        public boolean accepts(PublicKey offered) {
            return KeyUtils.compareKeys(key, offered);
        }
    }

    /** Any valid host certificate of this authority; the library has checked its signature. */
    record Authority(PublicKey key) implements HostKeyPin {
        @Override
        public boolean accepts(PublicKey offered) {
            return offered instanceof OpenSshCertificate certificate
                    && certificate.getType() == OpenSshCertificate.Type.HOST
                    && OpenSshCertificate.isValidNow(certificate)
                    && KeyUtils.compareKeys(key, certificate.getCaPubKey());
        }
    }

    /** Whether a target that showed {@code offered}, and proved it, is the right one. */
    boolean accepts(PublicKey offered);

    /** Parses {@code type base64} or {@code @cert-authority type base64}. */
    static HostKeyPin parse(String line) {
        String text = line.strip();
        boolean authority = text.startsWith(AUTHORITY);
        PublicKey key = key(authority ? text.substring(AUTHORITY.length()).strip() : text);
        return authority ? new Authority(key) : new Exact(key);
    }

    private static PublicKey key(String line) {
        try {
            PublicKey key =
                    PublicKeyEntry.parsePublicKeyEntry(line)
                            .resolvePublicKey(null, null, PublicKeyEntryResolver.FAILING);
            if (key == null || key instanceof OpenSshCertificate) {
                throw new IllegalArgumentException("a host key pin is a plain public key");
            }
            return key;
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalArgumentException("a host key pin is 'type base64'", e);
        }
    }
}
