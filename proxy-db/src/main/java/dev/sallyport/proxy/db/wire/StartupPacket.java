package dev.sallyport.proxy.db.wire;

import java.util.List;

/**
 * What a connection may begin with, before messages have a type. Holds no buffer: nothing is to be
 * released.
 *
 * @see <a href="https://www.postgresql.org/docs/18/protocol-flow.html">Start-up</a>
 */
public sealed interface StartupPacket {
    /** Asks for TLS; answered by one byte of {@link SslResponse}. */
    record SslRequest() implements StartupPacket {}

    /** Asks for GSSAPI encryption; answered by the byte {@code N} or {@code G}. */
    record GssEncRequest() implements StartupPacket {}

    /** TLS without asking first; nothing was consumed. ALPN {@code postgresql} is then required. */
    record DirectTls() implements StartupPacket {}

    /** Cancels the session that was given {@code key}; never answered. */
    record CancelRequest(CancelKey key) implements StartupPacket {}

    /**
     * Begins a session.
     *
     * @param version major is 3; minor is what the client asks for and may be unknown
     * @param parameters in order and with duplicates, of which the server takes the last
     */
    record StartupMessage(ProtocolVersion version, List<StartupParameter> parameters)
            implements StartupPacket {
        private static final String PROTOCOL_OPTION = "_pq_.";

        public StartupMessage {
            parameters = List.copyOf(parameters);
        }

        /** All values of one parameter, in order. */
        public List<String> values(String name) {
            return parameters.stream()
                    .filter(parameter -> parameter.name().equals(name))
                    .map(StartupParameter::value)
                    .toList();
        }

        /** Names of the protocol options asked for, in order: all that begin with {@code _pq_.}. */
        public List<String> protocolOptions() {
            return parameters.stream()
                    .map(StartupParameter::name)
                    .filter(name -> name.startsWith(PROTOCOL_OPTION))
                    .toList();
        }
    }
}
