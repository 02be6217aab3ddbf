package dev.sallyport.cli.operator;

import dev.sallyport.access.yaml.InvalidConfigurationException;
import dev.sallyport.cli.ExitCode;
import dev.sallyport.cli.Globals;
import dev.sallyport.cli.Json;
import dev.sallyport.cli.Text;
import dev.sallyport.cli.config.Configuration;
import dev.sallyport.cli.node.Rules;
import dev.sallyport.cli.service.LocalConfiguration;
import dev.sallyport.proxy.ssh.SshTarget;
import dev.sallyport.proxy.ssh.TargetProbe;
import dev.sallyport.recorder.verify.Verifier;
import dev.sallyport.recorder.verify.VerifyOptions;
import dev.sallyport.recorder.verify.VerifyReport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code sallyport doctor}: looks at everything that goes wrong in the field, changes nothing. */
@Command(
        name = "doctor",
        mixinStandardHelpOptions = true,
        description = {
            "Check configuration, policies, file modes, disk, targets and the record. Changes",
            "nothing."
        },
        exitCodeList = {"0:all is well", "1:something needs attention", "2:wrong usage"},
        footer = {"", "Example:", "  sallyport --config sallyport.yaml doctor"})
public final class DoctorCommand implements Callable<Integer> {
    private static final long LOW_DISK = 2L << 30;

    /** One line of the report. */
    record Check(String what, boolean isWell, String found) {}

    @Option(names = "--json", description = "Print JSON.")
    private boolean json;

    private final Globals globals;
    private final List<Check> checks = new ArrayList<>();

    public DoctorCommand(Globals globals) {
        this.globals = globals;
    }

    @Override
    public Integer call() throws IOException {
        check();
        if (json) {
            Json.print(globals.out(), checks);
        } else {
            for (Check check : checks) {
                String mark = check.isWell() ? "ok   " : "LOOK ";
                globals.out().println(mark + check.what() + ": " + Text.line(check.found()));
            }
        }
        return checks.stream().allMatch(Check::isWell) ? ExitCode.DONE : ExitCode.FAILED;
    }

    private void check() throws IOException {
        Configuration configuration;
        try {
            configuration = LocalConfiguration.read(globals);
            well("configuration", globals.config().toString());
        } catch (InvalidConfigurationException e) {
            e.problems().forEach(problem -> look("configuration", problem.toString()));
            return;
        }
        try {
            Rules rules = Rules.load(configuration.policy(), configuration.targets());
            well(
                    "policy",
                    rules.policy().policyIds().size()
                            + " policies, "
                            + rules.catalogue().intents().size()
                            + " intents");
        } catch (InvalidConfigurationException e) {
            e.problems().forEach(problem -> look("policy", problem.toString()));
        }
        Path data = configuration.data();
        if (Files.isDirectory(data)) {
            modes(data);
            disk(data);
            record(configuration.dataDirectory().record());
        } else {
            well("data", data + " is made at the first start");
        }
        configuration.sshTargets().forEach(this::target);
    }

    private void modes(Path data) throws IOException {
        Path keys = data.resolve("keys");
        List<Path> secrets = new ArrayList<>(List.of(data.resolve("operator.credential")));
        if (Files.isDirectory(keys)) {
            try (Stream<Path> files = Files.list(keys)) {
                files.filter(file -> !file.toString().endsWith(".pub"))
                        .filter(file -> !file.toString().endsWith(".crt"))
                        .filter(file -> !file.toString().endsWith(".pem"))
                        .forEach(secrets::add);
            }
        }
        for (Path secret : secrets) {
            if (Files.exists(secret) && isOpenToOthers(secret)) {
                look("file mode", secret + " can be read by others; chmod 600");
            }
        }
        well("file modes", secrets.size() + " secrets looked at");
    }

    private static boolean isOpenToOthers(Path file) throws IOException {
        Set<PosixFilePermission> mode = Files.getPosixFilePermissions(file);
        return mode.stream().anyMatch(bit -> !bit.name().startsWith("OWNER"));
    }

    private void disk(Path data) throws IOException {
        long free = Files.getFileStore(data).getUsableSpace();
        add("disk", free >= LOW_DISK, (free >> 20) + " MiB free where the record is");
    }

    private void record(Path record) {
        if (!Files.isDirectory(record)) {
            well("record", "none yet");
            return;
        }
        VerifyReport report = new Verifier(Clock.systemUTC()).verify(record, VerifyOptions.NONE);
        add("record", report.exitCode() == 0, report.verdict());
    }

    private void target(SshTarget target) {
        String found = TargetProbe.look(target);
        add("target " + target.target(), found.isEmpty(), found.isEmpty() ? "answers" : found);
    }

    private void well(String what, String found) {
        add(what, true, found);
    }

    private void look(String what, String found) {
        add(what, false, found);
    }

    private void add(String what, boolean isWell, String found) {
        checks.add(new Check(what, isWell, found));
    }
}
