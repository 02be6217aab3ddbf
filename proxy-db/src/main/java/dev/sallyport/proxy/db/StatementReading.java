package dev.sallyport.proxy.db;

import dev.sallyport.access.act.DbAct;
import dev.sallyport.access.act.DbOperation;
import dev.sallyport.proxy.db.catalogue.CatalogueAnswer;
import dev.sallyport.proxy.db.catalogue.HarmlessFunctions;
import dev.sallyport.proxy.db.catalogue.QualifiedName;
import dev.sallyport.proxy.db.catalogue.RelationAnswer;
import dev.sallyport.proxy.db.catalogue.SqlName;
import dev.sallyport.proxy.db.sql.Command;
import dev.sallyport.proxy.db.sql.Operation;
import dev.sallyport.proxy.db.sql.RelationName;
import dev.sallyport.proxy.db.sql.RelationUse;
import dev.sallyport.proxy.db.sql.RelationUse.Access;
import dev.sallyport.proxy.db.sql.SettingUse;
import dev.sallyport.proxy.db.sql.Statement;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Makes one statement's {@link Plan}: which operations it does on which tables, which functions it
 * calls, which classes it can touch.
 */
final class StatementReading {
    private final Statement statement;
    private final CatalogueAnswer.Ready names;
    private final CalledFunctions functions;
    private final ClassifiedColumns classified;
    private final Map<DbOperation, Set<String>> operations = new EnumMap<>(DbOperation.class);
    private boolean knowsAllTables = true;

    StatementReading(Statement statement, CatalogueAnswer.Ready names, HarmlessFunctions harmless) {
        this.statement = statement;
        this.names = names;
        this.functions = new CalledFunctions(statement, names.catalogue(), harmless);
        this.classified = new ClassifiedColumns(statement, names);
        statement.operations().forEach(this::read);
        new CommandOperations(statement.command()).into(this::did);
        nameTheNameless();
    }

    /** False when a name is not in the catalogue, which may be older than the name. */
    boolean knowsAllNames() {
        return knowsAllTables && functions.knowsAll();
    }

    Plan plan() {
        List<DbAct> acts = acts();
        String fingerprint = statement.fingerprint().hex();
        var whole =
                new Plan(
                        statement.sql(),
                        fingerprint,
                        new Effect.None(),
                        acts,
                        classified.isMaskable());
        Effect effect = Effects.of(statement.command(), whole);
        boolean runsLater = effect instanceof Effect.Prepare;
        return new Plan(
                statement.sql(),
                fingerprint,
                effect,
                runsLater ? List.of(control()) : acts,
                whole.maskable());
    }

    private List<DbAct> acts() {
        var acts = new ArrayList<DbAct>();
        List<String> classes = List.copyOf(classified.classes());
        operations.forEach((operation, tables) ->
                acts.add(
                        new DbAct.Statement(
                                operation, List.copyOf(tables), classes, statement.sql())));
        Set<String> called = functions.beyondHarmless();
        if (!called.isEmpty()) {
            acts.add(new DbAct.Functions(List.copyOf(called), statement.sql()));
        }
        for (SettingUse setting : statement.settings()) {
            String name = setting.name().isEmpty() ? "all" : setting.name();
            acts.add(new DbAct.Setting(name, statement.sql()));
        }
        if (acts.isEmpty()) {
            acts.add(control());
        }
        return acts;
    }

    private DbAct control() {
        return new DbAct.Control(CommandOperations.word(statement.command()), statement.sql());
    }

    private void did(DbOperation operation) {
        operations.computeIfAbsent(operation, any -> new TreeSet<>());
    }

    /** What is defined or maintained is named, if only so that no pattern names it. */
    private void nameTheNameless() {
        String what = CommandOperations.nameless(CommandOperations.word(statement.command()));
        operations.forEach((operation, tables) -> {
            if (NAMED.contains(operation) && tables.isEmpty()) {
                tables.add(what);
            }
        });
    }

    // ---- relations

    private void read(Operation level) {
        switch (level.action()) {
            case SELECT -> did(DbOperation.SELECT);
            case SELECT_INTO -> did(DbOperation.SELECT);
            case INSERT -> did(DbOperation.INSERT);
            case UPDATE -> did(DbOperation.UPDATE);
            case DELETE -> did(DbOperation.DELETE);
            case MERGE -> did(DbOperation.MERGE);
            case UTILITY -> {}
        }
        for (RelationUse use : level.relations()) {
            Set<String> tables = names(use);
            for (Access access : use.access()) {
                add(operation(access, level), tables);
            }
            if (level.locking()) {
                add(DbOperation.LOCK, tables);
            }
            if (level.action() == Operation.Action.MERGE && !use.access().equals(READ_ONLY)) {
                add(DbOperation.MERGE, tables);
            }
        }
    }

    private static final Set<DbOperation> NAMED =
            EnumSet.of(
                    DbOperation.CREATE,
                    DbOperation.ALTER,
                    DbOperation.DROP,
                    DbOperation.GRANT,
                    DbOperation.COMMENT,
                    DbOperation.MAINTAIN);

    private static final Set<Access> READ_ONLY = Set.of(Access.READ);

    private void add(DbOperation operation, Set<String> tables) {
        operations.computeIfAbsent(operation, any -> new TreeSet<>()).addAll(tables);
    }

    private DbOperation operation(Access access, Operation level) {
        boolean copies =
                level.action() == Operation.Action.UTILITY
                        && statement.command() instanceof Command.Copy;
        return switch (access) {
            case READ -> copies ? DbOperation.COPY_TO : DbOperation.SELECT;
            case INSERT -> copies ? DbOperation.COPY_FROM : DbOperation.INSERT;
            case UPDATE -> DbOperation.UPDATE;
            case DELETE -> DbOperation.DELETE;
            case TRUNCATE -> DbOperation.TRUNCATE;
            case LOCK -> DbOperation.LOCK;
            case CREATE -> DbOperation.CREATE;
            case ALTER -> DbOperation.ALTER;
            case DROP -> DbOperation.DROP;
            case MAINTAIN -> DbOperation.MAINTAIN;
            case GRANT -> DbOperation.GRANT;
            // What a definition refers to can be read or blocked through it.
            case REFERENCE -> DbOperation.ALTER;
        };
    }

    private Set<String> names(RelationUse use) {
        RelationName name = use.name();
        var parts = new ArrayList<String>();
        for (String part : List.of(name.catalog(), name.schema(), name.name())) {
            if (!part.isEmpty()) {
                parts.add(part);
            }
        }
        RelationAnswer answer =
                SqlName.of(parts, names.catalogue().database())
                        .map(names.catalogue()::relation)
                        .orElse(new RelationAnswer.Unknown());
        return switch (answer) {
            case RelationAnswer.Found(var relation) -> Set.of(relation.name().text());
            case RelationAnswer.Ambiguous(List<QualifiedName> all) -> {
                var texts = new TreeSet<String>();
                all.forEach(each -> texts.add(each.text()));
                yield texts;
            }
            case RelationAnswer.Unknown _ -> Set.of(unknown(use));
        };
    }

    /** A new table is where it will be; anything else that is not known no pattern names. */
    private String unknown(RelationUse use) {
        boolean isNew = use.access().contains(Access.CREATE);
        knowsAllTables &= isNew;
        RelationName name = use.name();
        if (!name.schema().isEmpty()) {
            return new QualifiedName(name.schema(), name.name()).text();
        }
        List<String> path = names.catalogue().searchPath().schemas();
        return isNew && path.size() > 1
                ? new QualifiedName(path.get(1), name.name()).text()
                : CommandOperations.nameless(name.name());
    }
}
