package dev.sallyport.proxy.db.catalogue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** An authority and the certificates that it gave, made by openssl. */
final class TestCertificates {
    private final Path folder;

    TestCertificates(Path folder) throws IOException, InterruptedException {
        this.folder = folder;
        PostgresServer.run(
                List.of(
                        "openssl",
                        "req",
                        "-x509",
                        "-newkey",
                        "ec",
                        "-pkeyopt",
                        "ec_paramgen_curve:prime256v1",
                        "-nodes",
                        "-days",
                        "2",
                        "-subj",
                        "/CN=Test authority",
                        "-keyout",
                        key("ca").toString(),
                        "-out",
                        certificate("ca").toString()));
    }

    /** A certificate for {@code name}; file names of certificate and key are {@code name}'s. */
    void issue(String name) throws IOException, InterruptedException {
        Path request = folder.resolve(name + ".csr");
        Path extensions = folder.resolve(name + ".ext");
        Files.writeString(extensions, "subjectAltName=DNS:" + name + "\n");
        PostgresServer.run(
                List.of(
                        "openssl",
                        "req",
                        "-newkey",
                        "ec",
                        "-pkeyopt",
                        "ec_paramgen_curve:prime256v1",
                        "-nodes",
                        "-subj",
                        "/CN=" + name,
                        "-keyout",
                        key(name).toString(),
                        "-out",
                        request.toString()));
        PostgresServer.run(
                List.of(
                        "openssl",
                        "x509",
                        "-req",
                        "-in",
                        request.toString(),
                        "-CA",
                        certificate("ca").toString(),
                        "-CAkey",
                        key("ca").toString(),
                        "-CAcreateserial",
                        "-days",
                        "2",
                        "-extfile",
                        extensions.toString(),
                        "-out",
                        certificate(name).toString()));
    }

    /** Certificate and key of {@code name} as PKCS#12, with the password {@code test}. */
    Path store(String name) throws IOException, InterruptedException {
        Path store = folder.resolve(name + ".p12");
        PostgresServer.run(
                List.of(
                        "openssl",
                        "pkcs12",
                        "-export",
                        "-in",
                        certificate(name).toString(),
                        "-inkey",
                        key(name).toString(),
                        "-out",
                        store.toString(),
                        "-passout",
                        "pass:test"));
        return store;
    }

    Path authority() {
        return certificate("ca");
    }

    Path certificate(String name) {
        return folder.resolve(name + ".crt");
    }

    Path key(String name) {
        return folder.resolve(name + ".key");
    }
}
