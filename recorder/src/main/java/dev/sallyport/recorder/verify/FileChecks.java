package dev.sallyport.recorder.verify;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Checks the files of sessions on all processors while the log is still being read. Closing waits
 * for all of them. Its methods are called by one thread.
 */
final class FileChecks implements AutoCloseable {
    // Bounds the chains that wait in memory.
    private static final int MOST_WAITING = 1_000;

    private final RecordFiles files;
    private final Findings findings;
    private final ExecutorService processors =
            Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors());
    private final Semaphore room = new Semaphore(MOST_WAITING);
    private final Set<Path> expected = new HashSet<>();
    private final List<SessionChain> missing = new ArrayList<>();
    private final AtomicLong bytes = new AtomicLong();

    FileChecks(RecordFiles files, Findings findings) {
        this.files = files;
        this.findings = findings;
    }

    /** Checks a sealed session. */
    void sealed(SessionChain chain, SessionFiles.Sealed sealed) {
        submit(chain, check -> check.checkSealed(sealed));
    }

    /**
     * Checks an open session.
     *
     * @param live whether its node can be writing it now
     */
    void open(SessionChain chain, boolean live) {
        if (!chain.streams().isEmpty() || RecordFiles.isDirectory(directory(chain))) {
            submit(chain, check -> check.checkOpen(live));
        } else {
            expect(chain, directory(chain));
        }
    }

    /** A session is of one node: another's word about its directory counts for nothing. */
    private void expect(SessionChain chain, Path directory) {
        if (!expected.add(directory)) {
            findings.failure(
                    Place.file(files.name(directory)).leaf(chain.leaf()).session(chain.id()),
                    "is opened by two logs, the second one of " + chain.node());
        }
    }

    private Path directory(SessionChain chain) {
        Path directory = files.root().resolve(chain.directory());
        return RecordFiles.isDirectory(directory)
                ? directory
                : chain.directoryBeforeMidnight().map(files.root()::resolve).orElse(directory);
    }

    private void submit(SessionChain chain, Consumer<SessionFiles> work) {
        Path path = directory(chain);
        String directory = files.name(path);
        expect(chain, path);
        if (!RecordFiles.isDirectory(path)) {
            missing.add(chain);
            return;
        }
        room.acquireUninterruptibly();
        processors.execute(() -> {
            try {
                SessionFiles check = new SessionFiles(files, chain, directory, findings);
                work.accept(check);
                bytes.addAndGet(check.verifiedBytes());
            } catch (RuntimeException unexpected) {
                // Fail closed: what could not be checked is not sound.
                findings.failure(
                        Place.file(chain.directory()).session(chain.id()),
                        "cannot be checked: " + unexpected.getClass().getSimpleName());
            } finally {
                room.release();
            }
        });
    }

    /** True when the log has a session with this directory. */
    boolean expects(Path directory) {
        return expected.contains(directory);
    }

    /**
     * Reports directories that are gone, except where the log says that they were deleted.
     *
     * @param deletion under which policy the session's own node says that it was deleted
     */
    void reportMissing(Function<SessionChain, Optional<String>> deletion) {
        for (SessionChain chain : missing) {
            Place place = Place.file(chain.directory()).leaf(chain.leaf()).session(chain.id());
            deletion.apply(chain)
                    .ifPresentOrElse(
                            policy -> findings.note(place, "deleted under policy " + policy),
                            () -> findings.failure(place, "the session's recording is missing"));
        }
    }

    /** Bytes of segments that were compared. */
    long bytes() {
        return bytes.get();
    }

    @Override
    public void close() {
        processors.close();
    }
}
