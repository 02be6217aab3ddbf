/**
 * PostgreSQL's frontend/backend protocol, versions 3.0 and 3.2, as messages: strict decoders and
 * encoders that know nothing of grants or policy. Names are those of the manual's chapter "Message
 * Formats".
 *
 * <pre>
 * client ── StartupDecoder ── FrontendDecoder ─→ StartupPacket, FrontendMessage
 * client ←─ BackendEncoder, DataRowWriter, or the frame of a BackendMessage
 * server ←─ FrontendEncoder, Scram, or the frame of a FrontendMessage
 * server ── SslResponse ── BackendDecoder ─→ BackendMessage
 * </pre>
 *
 * <p><b>Decoders</b> are plain objects, one for each direction of a connection, called by one
 * thread at a time (an event loop, for example out of a {@code ByteToMessageDecoder}). They take
 * one message from the caller's buffer or nothing, never block, never allocate by a length that the
 * peer only declared, and check that length before anything else. A message carries the bytes it
 * was read from; forwarding them forwards what was judged. Rows and COPY data of more than 64 KiB
 * come in pieces.
 *
 * <p><b>Ownership.</b> Input buffers stay the caller's. A decoded message is owned by who receives
 * it: it is written to a channel by its {@code frame()}, or released. Start-up packets hold no
 * buffer. Encoders append to a buffer that stays the caller's.
 *
 * <p><b>Failure.</b> Whatever is not the protocol is a {@link
 * dev.sallyport.proxy.db.wire.ProtocolViolation}, which ends the connection: a decoder that threw
 * throws for ever. Nothing is skipped, repaired or guessed.
 *
 * <p>The bytes that were read into a buffer <em>behind</em> an SSLRequest are seen here; those that
 * arrive before the TLS handler stands are the caller's to refuse.
 *
 * @see <a href="https://www.postgresql.org/docs/18/protocol.html">Frontend/Backend Protocol</a>
 */
@NullMarked
package dev.sallyport.proxy.db.wire;

import org.jspecify.annotations.NullMarked;
