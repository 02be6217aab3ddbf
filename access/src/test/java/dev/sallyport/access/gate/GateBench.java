package dev.sallyport.access.gate;

import dev.sallyport.access.Agent;
import dev.sallyport.access.Grant;
import dev.sallyport.access.Refusal;
import dev.sallyport.access.Ulid;
import dev.sallyport.access.act.SshAct;
import dev.sallyport.access.certificate.VerifiedGrant;
import dev.sallyport.access.fake.FakeBroker;
import dev.sallyport.access.fake.Grants;
import dev.sallyport.access.fake.MutableClock;
import dev.sallyport.access.policy.Policy;
import dev.sallyport.access.port.SessionEnd;
import dev.sallyport.access.scope.SshScope;
import dev.sallyport.access.yaml.Problems;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A gate with everything around it, on a clock that stands still. */
final class GateBench implements AutoCloseable {
    private static final String SCHEMA =
            """
            entity Group;
            entity Agent in [Group];
            entity Intent;
            entity Target;
            type Parameters = { customer?: Long };
            type Facts = {};
            action "ssh:exec" appliesTo {
              principal: Agent, resource: Target,
              context: {
                parameters: Parameters, facts: Facts, command: String, argv: Set<String>,
                approvals: Long
              }
            };
            action "ssh:shell" appliesTo {
              principal: Agent, resource: Target, context: { terminal?: Bool }
            };
            """;

    /** Permits execs; {@code rm} wants a human, {@code dd} two, and {@code id} is forbidden. */
    static final String RULES =
            """
            @id("execs") permit (principal, action == Action::"ssh:exec", resource);
            @id("rm-asks") forbid (principal, action == Action::"ssh:exec", resource)
            when { context.argv.contains("rm") } unless { context.approvals >= 1 };
            @id("dd-asks") @approvers("sre, storage")
            forbid (principal, action == Action::"ssh:exec", resource)
            when { context.argv.contains("dd") } unless { context.approvals >= 2 };
            @id("no-id") @reason("nobody needs it")
            forbid (principal, action == Action::"ssh:exec", resource)
            when { context.argv.contains("id") };
            """;

    /** A closer that notes what it was told. */
    record Closing(SessionEnd end, Refusal why) {}

    final MutableClock clock = new MutableClock();
    final FakeBroker broker = new FakeBroker(clock);
    final Grants grants = new Grants(clock);
    final LiveSessions live;
    final LockTable locks;
    final SessionGate gate;
    final List<Closing> closings = new CopyOnWriteArrayList<>();
    volatile Policy policy;

    GateBench(Path directory) throws IOException {
        this(directory, GateLimits.DEFAULTS);
    }

    GateBench(Path directory, GateLimits limits) throws IOException {
        policy = policy(directory, RULES);
        live = new LiveSessions(limits);
        locks = new LockTable(clock, limits, live);
        gate = new SessionGate(() -> policy, broker, live, locks, new Ulid(clock), clock, limits);
        broker.follow(locks);
    }

    static Policy policy(Path directory, String rules) throws IOException {
        Files.writeString(directory.resolve("schema.cedarschema"), SCHEMA);
        Files.writeString(directory.resolve("rules.cedar"), rules);
        var problems = new Problems();
        Policy policy = Policy.load(directory, problems);
        problems.throwIfAny();
        return policy;
    }

    static GateLimits limits(int perAgent, int total) {
        GateLimits all = GateLimits.DEFAULTS;
        return new GateLimits(
                all.staleAfter(),
                all.silentAfter(),
                perAgent,
                total,
                all.maxApprovals(),
                Duration.ofSeconds(20),
                all.cachedDecisions(),
                Duration.ofMillis(300),
                all.sweepEvery(),
                all.clockTolerance());
    }

    Admission admit(VerifiedGrant grant) {
        return gate.admit(
                grant,
                Grants.TARGET,
                Grants.LOGIN,
                (end, why) -> closings.add(new Closing(end, why)));
    }

    Session session(VerifiedGrant grant) {
        return switch (admit(grant)) {
            case Admission.Admitted(Session session) -> session;
            case Admission.Refused(Refusal refusal) -> throw new AssertionError(refusal);
        };
    }

    Session session(String... exec) {
        return session(grants.verified(Grants.execScope(exec)));
    }

    Session sessionOf(Agent agent, SshScope scope) {
        Grant grant = grants.grant(agent, scope);
        return session(grants.verified(grant));
    }

    Refusal refusal(VerifiedGrant grant) {
        return switch (admit(grant)) {
            case Admission.Admitted(Session session) -> throw new AssertionError(session.id());
            case Admission.Refused(Refusal refusal) -> refusal;
        };
    }

    static SshAct exec(String command) {
        return new SshAct.Exec(command, List.of(command.split(" ")));
    }

    Refusal denied(Session session, SshAct act) {
        return switch (gate.judge(session, act)) {
            case Ruling.Deny(Refusal refusal) -> refusal;
            case Ruling.Allow allow -> throw new AssertionError(allow);
            case Ruling.Mask mask -> throw new AssertionError(mask);
            case Ruling.Hold hold -> throw new AssertionError(hold);
        };
    }

    @Override
    public void close() {
        gate.close();
    }
}
