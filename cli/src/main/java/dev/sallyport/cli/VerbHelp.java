package dev.sallyport.cli;

import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.UsageMessageSpec;

/** What the help of every verb has in common: its width, its exit codes and {@code --version}. */
final class VerbHelp {
    /** Columns; the widest example fits without being broken. */
    private static final int WIDTH = 100;

    private VerbHelp() {}

    /** Completes the help of {@code line} and of everything below it. */
    static void complete(CommandLine line) {
        line.setUsageHelpWidth(WIDTH);
        CommandSpec spec = line.getCommandSpec();
        spec.versionProvider(new Version());
        UsageMessageSpec usage = spec.usageMessage();
        usage.exitCodeListHeading("Exit codes:%n");
        if (usage.exitCodeList().isEmpty()) {
            usage.exitCodeList(usual(spec.findOption("--broker") != null));
        }
        line.getSubcommands().values().forEach(VerbHelp::complete);
    }

    private static Map<String, String> usual(boolean asksTheBroker) {
        var codes = new LinkedHashMap<String, String>();
        codes.put("0", "done");
        codes.put("1", "failed");
        codes.put("2", "wrong usage");
        if (asksTheBroker) {
            codes.put("11", "denied");
            codes.put("13", "broker unreachable");
        }
        return codes;
    }
}
