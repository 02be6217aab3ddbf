package dev.sallyport.recorder.session;

import dev.sallyport.access.port.Cast.Stream;

/** One thing in a cast. {@code micros} are since the cast's start and never decrease. */
public sealed interface CastEvent {
    long micros();

    /** Bytes that passed, exactly. */
    @SuppressWarnings("ArrayRecordComponent") // whoever decodes owns the bytes
    record Bytes(long micros, Stream stream, byte[] bytes) implements CastEvent {}

    record Resize(long micros, int columns, int rows) implements CastEvent {}

    record Mark(long micros, String label) implements CastEvent {}

    /** Half-close. */
    record End(long micros, Stream stream) implements CastEvent {}

    record Exit(long micros, int status) implements CastEvent {}
}
