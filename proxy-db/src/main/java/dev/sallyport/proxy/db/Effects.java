package dev.sallyport.proxy.db;

import dev.sallyport.proxy.db.sql.Command;

/** What a command does to its session. */
final class Effects {
    private Effects() {}

    /**
     * The effect of {@code command}.
     *
     * @param whole the statement, for what runs later
     */
    static Effect of(Command command, Plan whole) {
        return switch (command) {
            case Command.Prepare prepare -> new Effect.Prepare(prepare.name(), whole);
            case Command.Execute execute -> new Effect.Execute(execute.name());
            case Command.Explain explain -> of(explain.inner(), whole);
            case Command.Deallocate deallocate -> new Effect.Deallocate(deallocate.name());
            case Command.DeclareCursor cursor ->
                    new Effect.Declare(cursor.name(), cursor.hold(), whole);
            case Command.Fetch fetch -> new Effect.Fetch(fetch.cursor());
            case Command.Close close -> new Effect.ClosePortal(close.cursor());
            case Command.Transaction transaction ->
                    switch (transaction.step()) {
                        case BEGIN -> new Effect.Begin();
                        case COMMIT -> new Effect.Commit();
                        case ROLLBACK -> new Effect.Rollback();
                        case SAVEPOINT,
                                RELEASE,
                                ROLLBACK_TO,
                                PREPARE,
                                COMMIT_PREPARED,
                                ROLLBACK_PREPARED ->
                                new Effect.None();
                    };
            default -> new Effect.None();
        };
    }
}
