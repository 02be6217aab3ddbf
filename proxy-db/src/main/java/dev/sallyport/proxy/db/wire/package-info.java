/**
 * PostgreSQL's frontend/backend protocol, versions 3.0 and 3.2, as messages: strict decoders and
 * encoders that know nothing of grants or policy. Names are those of the manual's chapter "Message
 * Formats".
 */
@NullMarked
package dev.sallyport.proxy.db.wire;

import org.jspecify.annotations.NullMarked;
