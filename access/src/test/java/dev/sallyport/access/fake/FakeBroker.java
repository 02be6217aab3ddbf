package dev.sallyport.access.fake;

import dev.sallyport.access.Approval;
import dev.sallyport.access.Lock;
import dev.sallyport.access.port.Broker;
import dev.sallyport.access.port.BrokerUnreachableException;
import dev.sallyport.access.port.HoldAnswer;
import dev.sallyport.access.port.HoldRequest;
import dev.sallyport.access.port.KillFeed;
import dev.sallyport.access.port.KillIncompleteException;
import dev.sallyport.access.port.UpstreamCertificateRequest;
import dev.sallyport.access.scope.Budget;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * A broker in memory. Locks are placed and heartbeats sent when the test says so; held acts wait as
 * {@link Question}s until the test answers them. Thread-safe.
 */
public final class FakeBroker implements Broker {
    private final InstantSource clock;
    private final List<KillFeed> feeds = new CopyOnWriteArrayList<>();
    private final List<Lock> locks = new CopyOnWriteArrayList<>();
    private final BlockingQueue<Question> questions = new LinkedBlockingQueue<>();
    private final List<HoldRequest> holds = new CopyOnWriteArrayList<>();
    private final List<UpstreamCertificateRequest> certificates = new CopyOnWriteArrayList<>();
    // Guarded by itself.
    private final Map<String, Long> spent = new HashMap<>();
    private volatile boolean reachable = true;
    private volatile Function<UpstreamCertificateRequest, String> authority =
            request -> {
                throw new BrokerUnreachableException("no authority in this test", noCause());
            };

    public FakeBroker(InstantSource clock) {
        this.clock = clock;
    }

    /** An act that waits for a human. */
    public final class Question {
        private final String id;
        private final HoldRequest request;
        private final CompletableFuture<HoldAnswer> answer = new CompletableFuture<>();
        private final CompletableFuture<Boolean> withdrawn = new CompletableFuture<>();

        Question(String id, HoldRequest request) {
            this.id = id;
            this.request = request;
        }

        public HoldRequest request() {
            return request;
        }

        /** All of these say yes to what is shown. */
        public void approve(String... approvers) {
            approveShown(request.shown(), approvers);
        }

        /** Yes to some other text, as a broker that errs would pass on. */
        public void approveShown(String shown, String... approvers) {
            List<Approval> approvals =
                    Arrays.stream(approvers)
                            .map(name -> new Approval(id, name, hash(shown), clock.instant()))
                            .toList();
            answer.complete(new HoldAnswer.Approved(id, approvals));
        }

        public void deny(String by, String comment) {
            answer.complete(new HoldAnswer.Denied(id, by, comment));
        }

        /** The broker could not put it to anybody. */
        public void refuse(String reason) {
            answer.complete(new HoldAnswer.NotAsked(reason));
        }

        public void timeOut() {
            answer.complete(new HoldAnswer.TimedOut(id));
        }

        /** Waits until the asker has given up; false when it has not within five seconds. */
        public boolean isWithdrawn() throws InterruptedException {
            try {
                return withdrawn.get(5, TimeUnit.SECONDS);
            } catch (ExecutionException | java.util.concurrent.TimeoutException e) {
                return false;
            }
        }
    }

    /** The next held act; waits for it for at most ten seconds. */
    public Question question() throws InterruptedException {
        Question question = questions.poll(10, TimeUnit.SECONDS);
        if (question == null) {
            throw new AssertionError("nothing was held");
        }
        return question;
    }

    /** Everything that was ever held. */
    public List<HoldRequest> holds() {
        return List.copyOf(holds);
    }

    /** Every upstream certificate that was asked for. */
    public List<UpstreamCertificateRequest> certificates() {
        return List.copyOf(certificates);
    }

    /** Signs upstream certificates with this from now on. */
    public FakeBroker signingWith(Function<UpstreamCertificateRequest, String> signer) {
        authority = signer;
        return this;
    }

    /** Places a lock and returns when every node has closed what it covers. */
    public void place(Lock lock) {
        locks.add(lock);
        List<KillFeed.InForce> nodes = feeds.stream().map(feed -> feed.placed(lock)).toList();
        try {
            nodes.forEach(node -> node.closed().join());
        } catch (CompletionException e) {
            if (e.getCause() instanceof KillIncompleteException incomplete) {
                throw incomplete;
            }
            throw e;
        }
    }

    /** Places an operator's lock. */
    public Lock kill(Lock.Subject subject, String value) {
        return place(subject, value, Lock.Cause.KILL);
    }

    /** Places the lock of a grant that was handed back. */
    public Lock release(String grant) {
        return place(Lock.Subject.GRANT, grant, Lock.Cause.RELEASE);
    }

    public void lift(Lock lock) {
        locks.remove(lock);
        feeds.forEach(feed -> feed.lifted(lock.id()));
    }

    /** One heartbeat to every node. */
    public void beat() {
        feeds.forEach(KillFeed::heartbeat);
    }

    /** From now on every question fails, as when the network is gone. */
    public void disconnect() {
        reachable = false;
    }

    public void reconnect() {
        reachable = true;
    }

    /** What was leased of a budget so far. */
    public long leased(String grant, String target, Budget.Unit unit) {
        synchronized (spent) {
            return spent.getOrDefault(key(grant, target, unit), 0L);
        }
    }

    @Override
    public Subscription follow(KillFeed feed) {
        requireReachable();
        feed.replace(List.copyOf(locks));
        feeds.add(feed);
        return () -> feeds.remove(feed);
    }

    @Override
    public HoldAnswer hold(HoldRequest request) throws InterruptedException {
        requireReachable();
        holds.add(request);
        var question = new Question("a-" + holds.size(), request);
        questions.add(question);
        try {
            return question.answer.get();
        } catch (InterruptedException e) {
            question.withdrawn.complete(true);
            throw e;
        } catch (ExecutionException e) {
            throw new BrokerUnreachableException("the question failed", e);
        }
    }

    @Override
    public long lease(String grant, String target, Budget.Unit unit, long limit, long wanted) {
        requireReachable();
        synchronized (spent) {
            String key = key(grant, target, unit);
            long before = spent.getOrDefault(key, 0L);
            long given = Math.clamp(limit - before, 0, wanted);
            spent.put(key, before + given);
            return given;
        }
    }

    @Override
    public String upstreamCertificate(UpstreamCertificateRequest request) {
        requireReachable();
        certificates.add(request);
        return authority.apply(request);
    }

    private Lock place(Lock.Subject subject, String value, Lock.Cause cause) {
        var lock =
                new Lock(
                        "l-" + (locks.size() + 1),
                        subject,
                        value,
                        cause,
                        "a test",
                        "operator",
                        clock.instant());
        place(lock);
        return lock;
    }

    private void requireReachable() {
        if (!reachable) {
            throw new BrokerUnreachableException("the broker is away", noCause());
        }
    }

    private static Throwable noCause() {
        return new java.io.IOException("disconnected by the test");
    }

    private static String key(String grant, String target, Budget.Unit unit) {
        return grant + " " + target + " " + unit;
    }

    private static String hash(String shown) {
        try {
            byte[] bytes = shown.getBytes(StandardCharsets.UTF_8);
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java runtime has SHA-256", e);
        }
    }
}
