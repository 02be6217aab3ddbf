package dev.sallyport.recorder;

import dev.sallyport.recorder.disk.Disk;
import dev.sallyport.recorder.journal.FrameType;
import dev.sallyport.recorder.journal.Journal;
import dev.sallyport.recorder.session.EventLines;
import dev.sallyport.recorder.session.SegmentStream;
import dev.sallyport.recorder.session.SessionFiles;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What the sessions of one running recorder share.
 *
 * @param handles the last handle that was given out
 * @param callbacks where strangers' callbacks run: never on the journal's threads
 */
record Recording(
        Disk disk,
        Path root,
        Journal journal,
        Sequencer sequencer,
        EventLines lines,
        InstantSource clock,
        AtomicInteger handles,
        Executor callbacks) {

    /** A new stream of an open session, known to the sequencer and the journal. */
    SegmentStream openStream(SessionFiles files, String name) {
        SegmentStream stream = newStream(files, name);
        byte[] frame = JournalJson.stream(files.info().session(), name);
        journal.append(FrameType.STREAM, 0, stream.handle(), 0, frame);
        return stream;
    }

    /** A new stream that the sequencer knows. */
    SegmentStream newStream(SessionFiles files, String name) {
        SegmentStream stream =
                new SegmentStream(disk, files.directory(), name, handles.incrementAndGet());
        sequencer.register(files, stream);
        return stream;
    }

    static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
