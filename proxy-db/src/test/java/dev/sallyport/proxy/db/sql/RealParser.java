package dev.sallyport.proxy.db.sql;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;

/**
 * PostgreSQL's own parser, libpg_query as WebAssembly in node, answering one text at a time. A text
 * that breaks it is reported, and the next one is answered by a fresh process.
 */
final class RealParser implements AutoCloseable {
    private final Path folder;
    private Process process;
    private Writer questions;
    private BufferedReader answers;

    /** Started in the folder that {@code prepare.sh} made. */
    RealParser(Path folder) {
        this.folder = folder;
        start();
    }

    private void start() {
        try {
            process =
                    new ProcessBuilder("node", "--stack-size=8000", "oracle.js")
                            .directory(folder.toFile())
                            .redirectError(ProcessBuilder.Redirect.DISCARD)
                            .start();
        } catch (IOException e) {
            throw new UncheckedIOException("node does not start", e);
        }
        questions = process.outputWriter(StandardCharsets.US_ASCII);
        answers = process.inputReader(StandardCharsets.UTF_8);
    }

    /** What it says of a text; empty when it broke. */
    OracleFacts ask(String sql) {
        String question = Base64.getEncoder().encodeToString(sql.getBytes(StandardCharsets.UTF_8));
        String answer;
        try {
            questions.write(question + "\n");
            questions.flush();
            answer = answers.readLine();
        } catch (IOException e) {
            answer = null;
        }
        if (answer == null) {
            close();
            start();
            return OracleFacts.broken();
        }
        return OracleFacts.ofLine(answer);
    }

    @Override
    public void close() {
        process.destroyForcibly();
        process.onExit().join();
    }
}
