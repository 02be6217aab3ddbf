package dev.sallyport.cli.service;

import dev.sallyport.cli.CommandFailedException;
import dev.sallyport.cli.ExitCode;
import dev.sallyport.cli.Globals;
import dev.sallyport.cli.config.Configuration;
import dev.sallyport.cli.config.ConfigurationFile;
import dev.sallyport.cli.config.DataDirectory;
import java.nio.file.Files;
import java.nio.file.Path;

/** The configuration that the global options name. */
public final class LocalConfiguration {
    private LocalConfiguration() {}

    /**
     * The whole configuration.
     *
     * @throws CommandFailedException when there is no file
     */
    public static Configuration read(Globals globals) {
        if (!Files.isRegularFile(globals.config())) {
            throw new CommandFailedException(
                    ExitCode.USAGE,
                    "no configuration in " + globals.config() + "; name one with --config FILE");
        }
        Configuration read = ConfigurationFile.read(globals.config());
        return read.withData(globals.dataOr(read.data()).toAbsolutePath());
    }

    /**
     * Only where the data is: {@code --data}, else what the configuration says, else {@code
     * ./data}. Verbs that read a record work without any configuration.
     */
    public static DataDirectory dataDirectory(Globals globals) {
        if (globals.namesData() || !Files.isRegularFile(globals.config())) {
            if (globals.namesConfig() && !globals.namesData()) {
                return read(globals).dataDirectory();
            }
            return new DataDirectory(globals.dataOr(Path.of("data")).toAbsolutePath());
        }
        return read(globals).dataDirectory();
    }
}
