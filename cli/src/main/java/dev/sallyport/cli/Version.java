package dev.sallyport.cli;

import picocli.CommandLine.IVersionProvider;

/** What {@code --version} prints: product and Java version. */
public final class Version implements IVersionProvider {
    /** The product's version, from the jar's manifest; {@code development} outside of a jar. */
    public static String product() {
        String version = Version.class.getPackage().getImplementationVersion();
        return version == null ? "development" : version;
    }

    @Override
    public String[] getVersion() {
        return new String[] {"sallyport " + product() + " (Java " + Runtime.version() + ")"};
    }
}
