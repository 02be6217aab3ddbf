package dev.sallyport.recorder.verify;

import dev.sallyport.recorder.log.Head;
import dev.sallyport.recorder.log.LogLocation;
import dev.sallyport.recorder.log.TlogProof;
import dev.sallyport.recorder.log.VerifierKey;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Verifies a whole record offline: recomputes every hash from the entries and the files, compares
 * with what was signed and with every checkpoint known from anywhere, and names each place that
 * does not agree. Only reads. Also verifies the record of a running node: a session without a seal
 * is merely open as long as no later process has started.
 *
 * <p>The order of reading matters for a running node: directories and receipts first, the
 * checkpoint after them, then the entries below it. So whatever was seen is covered by what is
 * verified.
 */
public final class Verifier {
    // A session's directory is made before its open leaf is signed: a second, and a busy machine's
    // bit.
    private static final long UNSIGNED_MILLIS = 10_000;
    // From one sign of life of a node to the next, so also from its last one to its crash.
    private static final long LIFE_SIGN_MILLIS = 150_000;
    // Clocks of a node and of an auditor.
    private static final long SKEW_MILLIS = 60_000;

    private final InstantSource clock;

    public Verifier(InstantSource clock) {
        this.clock = clock;
    }

    /** Verifies the record below {@code root}. */
    public VerifyReport verify(Path root, VerifyOptions options) {
        Instant start = clock.instant();
        Findings findings = new Findings();
        RecordFiles files = new RecordFiles(root);
        KnownHeads known = new KnownHeads(findings);
        options.known().forEach(known::addFile);
        List<Path> sessions = files.sessions(findings);
        sessions.forEach(session -> collectReceipt(files, session, known));
        List<LogLocation> logs = files.logs(findings);
        if (logs.isEmpty()) {
            findings.unverifiable(Place.file("log"), "there is no log");
        }
        List<LogCheck> checks = new ArrayList<>();
        for (LogLocation log : logs) {
            LogCheck check = new LogCheck(files, log, options, known, findings);
            check.collectKept();
            checks.add(check);
        }
        known.requirePresent(logs.stream().map(LogLocation::origin).toList());
        requireTrusted(options, logs, findings);

        Run run = new Run(files, options, findings, sessions, start);
        run.verify(logs, checks);
        Duration took = Duration.between(start, clock.instant());
        return run.report(took);
    }

    /** A node whose key is trusted has a log here: to leave all of it out is no way around. */
    private static void requireTrusted(
            VerifyOptions options, List<LogLocation> logs, Findings findings) {
        for (VerifierKey key : options.trusted()) {
            if (key.kind() == VerifierKey.Kind.LOG
                    && logs.stream().noneMatch(log -> LogCheck.isOfNode(key, log))) {
                findings.unverifiable(
                        Place.file("log"),
                        "no log is of the node of the trusted key " + key.name());
            }
        }
    }

    private static void collectReceipt(RecordFiles files, Path session, KnownHeads known) {
        Path file = session.resolve("seal.tlog-proof");
        if (RecordFiles.isFile(file)) {
            try {
                byte[] bytes = RecordFiles.read(file, SessionFiles.LARGEST_SMALL_FILE);
                TlogProof proof = TlogProof.parse(new String(bytes, StandardCharsets.UTF_8));
                known.add(proof.checkpoint(), Place.file(files.name(file)));
            } catch (IOException | IllegalArgumentException malformed) {
                // Reported with the session's files, where the seal is known.
            }
        }
    }

    /** One verification's state. */
    private static final class Run {
        private final RecordFiles files;
        private final VerifyOptions options;
        private final Findings findings;
        private final List<Path> sessions;
        // What the directories are judged by, which were listed then: a long scan makes none old.
        private final Instant start;
        private final Map<String, NodeLeaves> nodes = new TreeMap<>();
        private final List<Head> heads = new ArrayList<>();
        private final FileChecks fileChecks;
        private boolean complete = true;

        Run(
                RecordFiles files,
                VerifyOptions options,
                Findings findings,
                List<Path> sessions,
                Instant start) {
            this.files = files;
            this.start = start;
            this.options = options;
            this.findings = findings;
            this.sessions = sessions;
            this.fileChecks = new FileChecks(files, findings);
        }

        void verify(List<LogLocation> logs, List<LogCheck> checks) {
            try (fileChecks) {
                for (int i = 0; i < logs.size(); i++) {
                    String node = nodeOf(logs.get(i));
                    boolean newest = i + 1 == logs.size() || !nodeOf(logs.get(i + 1)).equals(node);
                    NodeLeaves leaves =
                            nodes.computeIfAbsent(
                                    node,
                                    name -> new NodeLeaves(name, findings, fileChecks::sealed));
                    Optional<Head> head = checks.get(i).run(leaves, newest);
                    head.ifPresent(heads::add);
                    complete &= head.isPresent();
                }
                nodes.forEach((node, leaves) -> openSessions(leaves));
            }
            fileChecks.reportMissing(this::deletion);
            if (complete) {
                sessions.forEach(this::requireKnown);
                nodes.forEach(this::requireFresh);
            }
        }

        private static String nodeOf(LogLocation log) {
            return log.cluster() + "/" + log.node();
        }

        private void openSessions(NodeLeaves leaves) {
            for (SessionChain chain : leaves.open().values()) {
                Place place = Place.file(chain.directory()).leaf(chain.leaf()).session(chain.id());
                if (chain.boot() < leaves.boots()) {
                    findings.incomplete(place, "was never sealed, and a later process has started");
                } else if (options.strict()) {
                    findings.incomplete(place, "is not sealed");
                }
                fileChecks.open(chain, start.toEpochMilli() - leaves.lastAt() < LIFE_SIGN_MILLIS);
            }
        }

        private Optional<String> deletion(SessionChain chain) {
            NodeLeaves leaves = nodes.get(chain.node());
            return leaves == null ? Optional.empty() : leaves.deletion(chain.id());
        }

        private void requireKnown(Path session) {
            String id = session.getFileName().toString();
            boolean reported = nodes.values().stream().anyMatch(leaves -> leaves.isBroken(id));
            if (fileChecks.expects(session) || reported) {
                return;
            }
            Place place = Place.file(files.name(session)).session(id);
            long began = UlidTime.millis(id);
            if (mayBeUnsigned(began)) {
                boolean now = began > start.toEpochMilli() - SKEW_MILLIS;
                RecordFiles.list(session).stream()
                        .filter(file -> !SessionFiles.isSegment(file))
                        .forEach(file -> files.unknown(file, findings));
                findings.add(
                        now && !options.strict() ? Severity.NOTE : Severity.INCOMPLETE,
                        place,
                        "began after the checkpoint: not signed" + (now ? " yet" : ""));
            } else {
                findings.failure(place, "unknown session: no log has opened it here");
            }
        }

        /**
         * True for a session that can have begun between the newest checkpoint and now, or, when
         * the node died then, its death; that one is incomplete. What was made up earlier or later
         * is not excused.
         */
        private boolean mayBeUnsigned(long began) {
            long last = nodes.values().stream().mapToLong(NodeLeaves::lastAt).max().orElse(0);
            long now = start.toEpochMilli();
            return began > last - UNSIGNED_MILLIS
                    && began < now + SKEW_MILLIS
                    && (began < last + LIFE_SIGN_MILLIS || began > now - SKEW_MILLIS);
        }

        private void requireFresh(String node, NodeLeaves leaves) {
            if (options.freshWithin().isZero()) {
                return;
            }
            Instant last = Instant.ofEpochMilli(leaves.lastAt());
            if (last.plus(options.freshWithin()).isBefore(start)) {
                findings.incomplete(
                        Place.file("log/" + node), "is stale: its last leaf is of " + last);
            }
        }

        VerifyReport report(Duration took) {
            Collection<NodeLeaves> all = nodes.values();
            VerifyReport.Counts counts =
                    new VerifyReport.Counts(
                            heads.size(),
                            heads.stream().mapToLong(Head::size).sum(),
                            all.stream().mapToLong(NodeLeaves::sessions).sum(),
                            all.stream().mapToLong(leaves -> leaves.open().size()).sum(),
                            all.stream().mapToLong(NodeLeaves::chunks).sum(),
                            all.stream().mapToLong(NodeLeaves::events).sum(),
                            fileChecks.bytes());
            return new VerifyReport(
                    findings.worst(), heads, counts, findings.all(), findings.leftOut(), took);
        }
    }
}
