package dev.sallyport.proxy.db;

import dev.sallyport.proxy.db.catalogue.CatalogueAnswer;
import dev.sallyport.proxy.db.catalogue.Relation;
import dev.sallyport.proxy.db.catalogue.RelationAnswer;
import dev.sallyport.proxy.db.catalogue.SqlName;
import dev.sallyport.proxy.db.sql.ColumnUse;
import dev.sallyport.proxy.db.sql.Command;
import dev.sallyport.proxy.db.sql.Operation;
import dev.sallyport.proxy.db.sql.RelationUse;
import dev.sallyport.proxy.db.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Which classes a statement can touch, and whether they can be masked: only where every classified
 * column is a plain column of the outermost result does the server say where it comes from, and
 * taking its value out takes all of it out. A name that could mean a classified column does.
 */
final class ClassifiedColumns {
    private final Statement statement;
    private final CatalogueAnswer.Ready names;
    private final Set<String> classes = new TreeSet<>();
    private final List<Used> used = new ArrayList<>();
    private boolean maskable = true;

    /** A relation with classified columns, where it is used. */
    private record Used(RelationUse use, int level, Relation relation) {}

    ClassifiedColumns(Statement statement, CatalogueAnswer.Ready names) {
        this.statement = statement;
        this.names = names;
        for (Operation level : statement.operations()) {
            level.relations().forEach(use -> use(use, level.number()));
        }
        if (used.isEmpty()) {
            return;
        }
        for (Operation level : statement.operations()) {
            level.columns().forEach(column -> column(column, level.number()));
        }
        if (statement.command() instanceof Command.Copy) {
            used.forEach(each -> touches(names.classes().of(each.relation()), false));
        }
    }

    Set<String> classes() {
        return classes;
    }

    /** True when masking the result is enough. */
    boolean isMaskable() {
        return maskable && !classes.isEmpty();
    }

    private void use(RelationUse use, int level) {
        SqlName name =
                use.name().schema().isEmpty()
                        ? new SqlName.Bare(use.name().name())
                        : new SqlName.Qualified(use.name().schema(), use.name().name());
        if (names.catalogue().relation(name) instanceof RelationAnswer.Found(Relation relation)
                && !names.classes().of(relation).isEmpty()) {
            used.add(new Used(use, level, relation));
        }
    }

    private void column(ColumnUse column, int level) {
        boolean result = column.place() == ColumnUse.Place.RESULT && isResult(level);
        for (Used each : used) {
            Operation own = statement.operations().get(each.level());
            boolean plain = result && each.level() == level;
            if (column.star()) {
                // A lone star is of its own level.
                boolean lone = column.path().isEmpty();
                if (lone ? each.level() == level : own.mayQualify(column, each.use())) {
                    touches(names.classes().of(each.relation()), plain);
                }
            } else if (own.mayBeRow(column, each.use())) {
                touches(names.classes().of(each.relation()), false);
            } else if (own.mayQualify(column, each.use())) {
                touches(couldBe(column, each, own), plain);
            }
        }
    }

    /** Where columns go by other names, a name may mean any of them. */
    private Set<String> couldBe(ColumnUse column, Used each, Operation own) {
        return own.mayRename(each.use())
                ? names.classes().of(each.relation())
                : names.classes().of(each.relation(), column.name());
    }

    private void touches(Set<String> found, boolean plain) {
        if (!found.isEmpty()) {
            classes.addAll(found);
            maskable &= plain;
        }
    }

    /** True when what this level selects is what the client gets. */
    private boolean isResult(int number) {
        Operation level = statement.operations().get(number);
        if (level.action() != Operation.Action.SELECT || statement.results().isEmpty()) {
            return false;
        }
        int parent = level.parent();
        while (parent != Operation.NO_PARENT) {
            Operation around = statement.operations().get(parent);
            if (around.action() != Operation.Action.UTILITY) {
                return false;
            }
            parent = around.parent();
        }
        return givesRows(statement.command());
    }

    private static boolean givesRows(Command command) {
        return switch (command) {
            case Command.Select _ -> true;
            case Command.DeclareCursor _ -> true;
            case Command.Prepare prepare -> givesRows(prepare.inner());
            default -> false;
        };
    }
}
