package dev.sallyport.cli.demo;

import dev.sallyport.cli.Text;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The tabletop exercise: the same agent, under the same grant, in front of a database. It reads
 * what its intent allows, has one statement decided by a human, and then tries to carry all
 * customers away, in every way that people have thought of.
 */
final class TabletopExercise {
    private static final Pattern SESSION = Pattern.compile("\"session\":\"(s-[0-9A-Z]+)\"");

    private final DemoStage stage;
    private final DemoShell shell;
    private final Path work;
    private String attempt = "";

    TabletopExercise(DemoStage stage, DemoShell shell, Path work) {
        this.stage = stage;
        this.shell = shell;
        this.work = work;
    }

    void play() throws IOException, InterruptedException {
        reads();
        held();
        carriesAway();
    }

    /** The session in which the budget stopped the agent. */
    String attempt() {
        return attempt;
    }

    private void reads() throws IOException, InterruptedException {
        stage.step(
                "The same grant opens a database, for stock psql",
                "The statement is understood by PostgreSQL's own grammar and durable before the"
                        + "\ndatabase sees it. Personal data leaves masked.");
        DemoShell.expect(0, psql("select id, name, email from customers where id = 42"));
    }

    private void held() throws IOException, InterruptedException {
        stage.step(
                "A statement waits for a human inside the open session",
                "What runs is exactly what the approver was shown, or nothing.");
        List<String> command =
                command(List.of("update customers set blocked = true where id = 42"));
        shell.approved(shown(command), process(command), "asked for by phone");
    }

    private void carriesAway() throws IOException, InterruptedException {
        stage.step(
                "Now the agent turns: it wants all 5,000 customers",
                "Its grant allows 100 rows, over all connections. Each attempt meets a rule or the"
                        + "\nbudget.");
        refused("copy customers to stdout");
        refused("select query_to_xml('select * from customers', true, true, '')");
        refused("select json_agg(c) from customers c");
        refused("set role postgres");
        stage.say("Page by page, each page in a connection of its own:");
        String page = "select id, name from customers order by id limit 60";
        int rows = rows(page) + rows(page + " offset 60");
        stage.say("rows that left in two pages of 60: " + rows);
        if (rows > 100) {
            throw new IOException("more rows left than the budget allows");
        }
        stage.say("All at once, and through a cursor:");
        refused("select * from customers");
        refused(
                "begin",
                "declare c cursor for select id, name from customers",
                "fetch 1000 from c");
    }

    private void refused(String... statements) throws IOException, InterruptedException {
        if (psql(statements) == 0) {
            throw new IOException("a statement that has to be refused was not");
        }
    }

    private int psql(String... statements) throws IOException, InterruptedException {
        List<String> command = command(List.of(statements));
        return stage.run(shown(command), process(command));
    }

    /** Counts rows as they come, one portion for each, and shows only how many. */
    private int rows(String statement) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(command(List.of(statement)));
        command.addAll(List.of("-v", "FETCH_COUNT=13"));
        stage.command(shown(command));
        Path rows = work.resolve("rows.txt");
        Path refusal = work.resolve("refusal.txt");
        Process process =
                process(command)
                        .redirectOutput(rows.toFile())
                        .redirectError(refusal.toFile())
                        .start();
        process.getOutputStream().close();
        int status = DemoShell.exit(process);
        String said = Files.readString(refusal);
        Matcher session = SESSION.matcher(said);
        attempt = session.find() ? session.group(1) : attempt;
        stage.output(Text.safe(said));
        stage.say("exit status " + status);
        try (var lines = Files.lines(rows)) {
            return (int) lines.count();
        }
    }

    private ProcessBuilder process(List<String> command) {
        var builder = new ProcessBuilder(command);
        Path services = work.resolve("home/grants/latest/pg_service.conf");
        builder.environment().put("PGSERVICEFILE", services.toString());
        return builder;
    }

    private static List<String> command(List<String> statements) {
        var command = new ArrayList<>(List.of("psql", "-XAt", "service=billing"));
        statements.forEach(statement -> command.addAll(List.of("-c", statement)));
        return command;
    }

    private static List<String> shown(List<String> command) {
        var shown = new ArrayList<>(command);
        shown.remove("-XAt");
        return shown;
    }
}
