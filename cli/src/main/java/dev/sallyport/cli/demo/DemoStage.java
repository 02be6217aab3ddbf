package dev.sallyport.cli.demo;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;

/** Where the demonstration speaks: steps, commands as one would type them, and what they print. */
final class DemoStage {
    private final PrintWriter out;
    private final boolean colours;
    private int step;

    DemoStage(PrintWriter out, boolean colours) {
        this.out = out;
        this.colours = colours;
    }

    /** A headed step with one sentence on what it is for. */
    void step(String heading, String why) {
        step++;
        out.println();
        out.println(styled("1", step + ". " + heading));
        say(why);
    }

    void say(String text) {
        text.lines().forEach(line -> out.println("   " + line));
        out.flush();
    }

    /** Shows a command as it would be typed. */
    void command(List<String> words) {
        String line = words.stream().map(DemoStage::quoted).collect(Collectors.joining(" "));
        out.println("   " + styled("36", "$ " + line));
        out.flush();
    }

    /** Shows what a command printed. */
    void output(String text) {
        text.lines().forEach(line -> out.println("   " + styled("2", line)));
        out.flush();
    }

    /** Runs a stock client, shows it and its output, and gives its exit status. */
    int run(List<String> shown, ProcessBuilder client) throws IOException, InterruptedException {
        command(shown);
        Process process = client.redirectErrorStream(true).start();
        process.getOutputStream().close();
        try (var reader =
                new BufferedReader(
                        new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                output(dev.sallyport.cli.Text.line(line));
            }
        }
        int status = process.waitFor();
        say("exit status " + status);
        return status;
    }

    private static String quoted(String word) {
        if (word.matches("[A-Za-z0-9_./:=@%+,-]+")) {
            return word;
        }
        return word.contains("'") && !word.matches("(?s).*[\"$`\\\\!].*")
                ? '"' + word + '"'
                : "'" + word.replace("'", "'\\''") + "'";
    }

    private String styled(String code, String text) {
        return colours ? "\u001b[" + code + "m" + text + "\u001b[0m" : text;
    }
}
