package dev.sallyport.proxy.db;

import dev.sallyport.access.act.DbOperation;
import dev.sallyport.proxy.db.sql.Command;
import java.util.Locale;
import java.util.function.Consumer;

/** What a command does besides reading and writing the relations that its levels name. */
record CommandOperations(Command command) {

    /**
     * The name of something that no pattern of schema and name can name, so that only a grant for
     * everything covers it.
     */
    static String nameless(String what) {
        return "(" + what + ")";
    }

    /** Tells each operation. */
    void into(Consumer<DbOperation> did) {
        of(command, did);
    }

    private static void of(Command command, Consumer<DbOperation> did) {
        switch (command) {
            case Command.Copy copy -> copy(copy, did);
            case Command.Do _ -> did.accept(DbOperation.DO);
            case Command.Call _ -> did.accept(DbOperation.CALL);
            case Command.Explain explain -> of(explain.inner(), did);
            case Command.Prepare prepare -> of(prepare.inner(), did);
            case Command.Transaction transaction -> transaction(transaction, did);
            case Command.SetRole _ -> did.accept(DbOperation.BECOME);
            case Command.SetSessionAuthorization _ -> did.accept(DbOperation.BECOME);
            case Command.Listen _ -> did.accept(DbOperation.LISTEN);
            case Command.Notify _ -> did.accept(DbOperation.NOTIFY);
            case Command.Load _ -> did.accept(DbOperation.SERVER);
            case Command.Maintain _ -> did.accept(DbOperation.MAINTAIN);
            case Command.Truncate _ -> did.accept(DbOperation.TRUNCATE);
            case Command.Lock _ -> did.accept(DbOperation.LOCK);
            case Command.CreateTableAs _ -> did.accept(DbOperation.CREATE);
            case Command.Definition definition -> did.accept(definition(definition));
            case Command.Select _ -> {}
            case Command.Insert _ -> {}
            case Command.Update _ -> {}
            case Command.Delete _ -> {}
            case Command.Merge _ -> {}
            case Command.DeclareCursor _ -> {}
            case Command.Fetch _ -> {}
            case Command.Close _ -> {}
            case Command.Execute _ -> {}
            case Command.Deallocate _ -> {}
            case Command.SetTransaction _ -> {}
            case Command.SetConstraints _ -> {}
            case Command.Set _ -> {}
            case Command.Reset _ -> {}
            case Command.Show _ -> {}
            case Command.Unlisten _ -> {}
            case Command.Discard _ -> {}
        }
    }

    private static void copy(Command.Copy copy, Consumer<DbOperation> did) {
        boolean toClient = copy.endpoint() == Command.Copy.Endpoint.CLIENT;
        if (!toClient) {
            did.accept(DbOperation.SERVER);
        } else {
            did.accept(
                    copy.direction() == Command.Copy.Direction.TO
                            ? DbOperation.COPY_TO
                            : DbOperation.COPY_FROM);
        }
    }

    private static void transaction(Command.Transaction transaction, Consumer<DbOperation> did) {
        switch (transaction.step()) {
            case PREPARE, COMMIT_PREPARED, ROLLBACK_PREPARED -> did.accept(DbOperation.TWO_PHASE);
            case BEGIN, COMMIT, ROLLBACK, SAVEPOINT, RELEASE, ROLLBACK_TO -> {}
        }
    }

    private static DbOperation definition(Command.Definition definition) {
        return switch (definition.verb()) {
            case CREATE, IMPORT -> DbOperation.CREATE;
            case ALTER -> DbOperation.ALTER;
            case DROP -> DbOperation.DROP;
            case GRANT, REVOKE, REASSIGN -> DbOperation.GRANT;
            case COMMENT, SECURITY_LABEL -> DbOperation.COMMENT;
        };
    }

    /** The command's own name, in the words of the record. */
    static String word(Command command) {
        return switch (command) {
            case Command.Transaction transaction -> transaction.step().name().replace('_', ' ');
            case Command.Definition definition -> definition.verb().name();
            default ->
                    command.getClass()
                            .getSimpleName()
                            .replaceAll("(?<=[a-z])(?=[A-Z])", " ")
                            .toUpperCase(Locale.ROOT);
        };
    }
}
