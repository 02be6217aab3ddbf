package dev.sallyport.access.scope;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.access.Target;
import dev.sallyport.access.act.SshAct;
import dev.sallyport.access.act.SshAct.Forward.Kind;
import dev.sallyport.access.fake.Attack;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class SshScopeTest {
    private static SshScope scope(
            List<String> exec,
            boolean shell,
            List<String> read,
            List<String> write,
            List<String> forward) {
        return new SshScope(
                Target.parse("ssh:batch-1"),
                "report",
                exec,
                shell,
                read,
                write,
                forward,
                List.of("127.0.0.1:8080", "/run/app.sock"),
                false,
                false,
                List.of("LANG", "LC_*"),
                Budget.UNLIMITED);
    }

    private static final SshScope NOTHING =
            new SshScope(
                    Target.parse("ssh:batch-1"),
                    "report",
                    List.of(),
                    false,
                    List.of(),
                    List.of(),
                    List.of(),
                    List.of(),
                    false,
                    false,
                    List.of(),
                    Budget.UNLIMITED);

    private static final SshScope FILES =
            scope(
                    List.of("id"),
                    false,
                    List.of("/srv/reports/**"),
                    List.of("/srv/in/*"),
                    List.of());

    private static boolean permits(SshScope scope, SshAct act) {
        return scope.permits(act).isInside();
    }

    private static boolean permitsExec(String command) {
        return permits(FILES, new SshAct.Exec(command, List.of(command.split(" "))));
    }

    @Test
    void everythingDefaultsToNo() {
        List<SshAct> acts =
                List.of(
                        new SshAct.Exec("id", List.of("id")),
                        new SshAct.ShellCommand("id; id", "operator"),
                        new SshAct.Shell(true),
                        new SshAct.Subsystem("sftp"),
                        new SshAct.File("open-read", false, List.of("/srv/a")),
                        new SshAct.File("open-write", true, List.of("/srv/a")),
                        new SshAct.Unknown("a request"));

        assertThat(acts).noneMatch(act -> permits(NOTHING, act));
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    @Attack({8, 20})
    void everyKindOfForwardingDefaultsToNo(Kind kind) {
        assertThat(permits(NOTHING, new SshAct.Forward(kind, "db:5432"))).isFalse();
        assertThat(permits(NOTHING, new SshAct.Forward(kind, ""))).isFalse();
    }

    @Test
    void aShellCoversEveryCommandButNoFile() {
        SshScope shell = scope(List.of(), true, List.of(), List.of(), List.of());

        assertThat(permits(shell, new SshAct.Exec("id", List.of("id")))).isTrue();
        assertThat(permits(shell, new SshAct.ShellCommand("id; id", "operator"))).isTrue();
        assertThat(permits(shell, new SshAct.Subsystem("sftp"))).isFalse();
        assertThat(permits(shell, new SshAct.File("stat", false, List.of("/a")))).isFalse();
    }

    @Test
    void whatIsNotUnderstoodIsDeniedEvenWithEveryRight() {
        SshScope all =
                scope(List.of("sh **"), true, List.of("/**"), List.of("/**"), List.of("a:*"));

        assertThat(permits(all, new SshAct.Unknown("x"))).isFalse();
        assertThat(permits(all, new SshAct.Subsystem("netconf"))).isFalse();
    }

    /** attacks.md 19 (the-bastion CVE-2023-45140): scp asks for the same rights as sftp. */
    @ParameterizedTest
    @CsvSource({
        "scp -f /srv/reports/a.csv, true",
        "scp -v -p -f -- /srv/reports/a.csv, true",
        "scp -r -f /srv/reports/2026, true",
        "scp -t /srv/in/new.csv, true",
        "scp -f /etc/shadow, false",
        "scp -f /srv/reports/../../etc/shadow, false",
        "scp -f report.csv, false",
        "scp -f, false",
        "scp -t /srv/reports/a.csv, false",
        "scp -r -t /srv/in/x, false",
        "scp -tf /srv/in/x, false",
        "scp /srv/reports/a.csv host:/x, false",
        "scp -S /bin/sh -f /srv/reports/a.csv, false",
        "scp -oProxyCommand=x -f /srv/reports/a.csv, false",
        "/usr/bin/scp -f /srv/reports/a.csv, false",
    })
    @Attack(19)
    void scpNeedsTheRightToTheFiles(String command, boolean inside) {
        assertThat(permitsExec(command)).isEqualTo(inside);
    }

    @Test
    @Attack(19)
    void everyPathOfAFileOperationMustBeInside() {
        assertThat(
                        permits(
                                FILES,
                                new SshAct.File("rename", true, List.of("/srv/in/a", "/srv/in/b"))))
                .isTrue();
        assertThat(permits(FILES, new SshAct.File("rename", true, List.of("/srv/in/a", "/etc/b"))))
                .isFalse();
        assertThat(permits(FILES, new SshAct.File("remove", true, List.of()))).isFalse();
    }

    @Test
    void whoMayWriteMayLookButNotRead() {
        assertThat(permits(FILES, new SshAct.File("stat", false, List.of("/srv/in/a")))).isTrue();
        assertThat(permits(FILES, new SshAct.File("open-read", false, List.of("/srv/in/a"))))
                .isFalse();
        assertThat(permits(FILES, new SshAct.File("open-write", true, List.of("/srv/reports/a"))))
                .isFalse();
    }

    /**
     * attacks.md 20 (warpgate #950) and GHSA-hw4x-mcx5-9q36: no way past Sallyport, no metadata.
     */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    db.internal:5432            | db.internal:5432       | true
                    db.internal:5432            | DB.internal.:5432      | true
                    db.internal:5432            | db.internal:5433       | false
                    db.internal:5432            | db.internal.evil:5432  | false
                    db.internal:*               | db.internal:5432       | true
                    db.internal:*               | db.internal:22         | false
                    db.internal:*               | db.internal:0022       | false
                    db.internal:22              | db.internal:22         | true
                    batch-1:*                   | batch-1:80             | false
                    batch-1:80                  | batch-1:80             | true
                    localhost:*                 | localhost:6379         | false
                    localhost:6379              | localhost:6379         | true
                    127.0.0.1:*                 | 127.0.0.1:80           | false
                    127.1.2.3:*                 | 127.1.2.3:80           | false
                    [::1]:*                     | ::1:80                 | false
                    0.0.0.0:*                   | 0.0.0.0:80             | false
                    169.254.169.254:*           | 169.254.169.254:80     | false
                    169.254.169.254:80          | 169.254.169.254:80     | true
                    169.254.169.254:80          | 2852039166:80          | true
                    2852039166:*                | 2852039166:80          | false
                    0xa9fea9fe:*                | 0xa9fea9fe:80          | false
                    [::ffff:169.254.169.254]:*  | 169.254.169.254:80     | false
                    [fd00:ec2::254]:*           | [fd00:ec2::254]:80     | false
                    [fd00:ec2:0::0254]:*        | [fd00:ec2::254]:80     | false
                    [fe80::1]:*                 | [fe80::1]:80           | false
                    metadata.google.internal:*  | metadata.google.internal:80 | false
                    db.internal:*               | db.internal            | false
                    db.internal:*               | db.internal:99999      | false
                    /run/db.sock                | db:1                   | false
                    """)
    @Attack({17, 20})
    void forwardingReachesOnlyWhatIsSpelledOut(String pattern, String wanted, boolean inside) {
        SshScope scope = scope(List.of(), false, List.of(), List.of(), List.of(pattern));

        assertThat(permits(scope, new SshAct.Forward(Kind.DIRECT_TCPIP, wanted))).isEqualTo(inside);
    }

    @Test
    void socketsAndListenersAreExact() {
        SshScope scope = scope(List.of(), false, List.of(), List.of(), List.of("/run/db.sock"));

        assertThat(permits(scope, new SshAct.Forward(Kind.DIRECT_STREAMLOCAL, "/run/db.sock")))
                .isTrue();
        assertThat(
                        permits(
                                scope,
                                new SshAct.Forward(Kind.DIRECT_STREAMLOCAL, "/run/../run/db.sock")))
                .isFalse();
        assertThat(permits(scope, new SshAct.Forward(Kind.STREAMLOCAL_FORWARD, "/run/app.sock")))
                .isTrue();
        assertThat(permits(scope, new SshAct.Forward(Kind.STREAMLOCAL_FORWARD, "/run/db.sock")))
                .isFalse();
        assertThat(permits(scope, new SshAct.Forward(Kind.TCPIP_FORWARD, "127.0.0.1:8080")))
                .isTrue();
        assertThat(permits(scope, new SshAct.Forward(Kind.TCPIP_FORWARD, "0.0.0.0:8080")))
                .isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"LANG", "LC_ALL"})
    @Attack(17)
    void variablesAreAnAllowList(String name) {
        SshScope scope = scope(List.of(), false, List.of(), List.of(), List.of());

        assertThat(scope.permitsVariable(name)).isTrue();
        assertThat(scope.permitsVariable("LD_PRELOAD")).isFalse();
        assertThat(NOTHING.permitsVariable(name)).isFalse();
    }

    @Test
    void refusalNamesNothingThatIsInTheScope() {
        ScopeAnswer answer =
                FILES.permits(new SshAct.File("open-read", false, List.of("/etc/shadow")));

        assertThat(answer)
                .isInstanceOfSatisfying(
                        ScopeAnswer.Outside.class,
                        outside ->
                                assertThat(outside.reason())
                                        .doesNotContain("/srv", "reports", "shadow"));
    }
}
