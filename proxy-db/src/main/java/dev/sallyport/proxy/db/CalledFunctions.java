package dev.sallyport.proxy.db;

import dev.sallyport.proxy.db.catalogue.Candidates;
import dev.sallyport.proxy.db.catalogue.Catalogue;
import dev.sallyport.proxy.db.catalogue.HarmlessFunctions;
import dev.sallyport.proxy.db.catalogue.SqlName;
import dev.sallyport.proxy.db.sql.ColumnUse;
import dev.sallyport.proxy.db.sql.FunctionUse;
import dev.sallyport.proxy.db.sql.QualifiedName;
import dev.sallyport.proxy.db.sql.Statement;
import dev.sallyport.proxy.db.sql.TypeUse;
import java.util.Set;
import java.util.TreeSet;

/**
 * Which functions a statement can run, by every way that SQL has: calls, operators, casts, and
 * columns that are none but functions of their row.
 */
final class CalledFunctions {
    private final Statement statement;
    private final Catalogue catalogue;
    private final HarmlessFunctions harmless;
    private final Set<String> beyond = new TreeSet<>();
    private boolean knowsAll = true;

    CalledFunctions(Statement statement, Catalogue catalogue, HarmlessFunctions harmless) {
        this.statement = statement;
        this.catalogue = catalogue;
        this.harmless = harmless;
        statement.functions().forEach(this::call);
        statement.operators().forEach(this::operator);
        statement.types().forEach(this::type);
        statement.columns().forEach(this::column);
    }

    /** False when a name is not in the catalogue. */
    boolean knowsAll() {
        return knowsAll;
    }

    /** The names of those that are not known to be harmless. */
    Set<String> beyondHarmless() {
        return beyond;
    }

    private void call(FunctionUse use) {
        switch (use.kind()) {
            case REFERENCE -> {}
            case SYNTAX -> {
                // COALESCE and the like are no functions at all.
                Candidates candidates = catalogue.functions(name(use.name()), use.arguments());
                if (candidates.isKnown()) {
                    add(candidates);
                }
            }
            case CALL, PROCEDURE, TABLESAMPLE ->
                    add(catalogue.functions(name(use.name()), use.arguments()), use.name());
        }
    }

    private void operator(QualifiedName operator) {
        Candidates prefix = catalogue.operators(name(operator), 1);
        Candidates infix = catalogue.operators(name(operator), 2);
        if (!prefix.isKnown() && !infix.isKnown()) {
            unknown(operator);
            return;
        }
        harmless.beyondOperators(prefix).forEach(each -> beyond.add(each.text()));
        harmless.beyondOperators(infix).forEach(each -> beyond.add(each.text()));
    }

    private void type(TypeUse use) {
        if (use.cast()) {
            add(catalogue.conversion(name(use.name())), use.name());
        }
    }

    /** {@code t.f} is {@code f(t)} where {@code t} has no column {@code f}. */
    private void column(ColumnUse use) {
        if (use.star() || use.path().size() < 2 && use.place() != ColumnUse.Place.FIELD) {
            return;
        }
        boolean isColumn =
                statement.relations().stream()
                        .filter(relation ->
                                use.path().size() < 2
                                        || relation.visibleName()
                                                .equals(use.path().get(use.path().size() - 2)))
                        .anyMatch(relation -> hasColumn(relation.name(), use.name()));
        Candidates called = catalogue.rowFunctions(use.name());
        if (!isColumn && called.isKnown()) {
            add(called);
        }
    }

    private boolean hasColumn(dev.sallyport.proxy.db.sql.RelationName relation, String column) {
        SqlName name =
                relation.schema().isEmpty()
                        ? new SqlName.Bare(relation.name())
                        : new SqlName.Qualified(relation.schema(), relation.name());
        return catalogue.relation(name)
                        instanceof dev.sallyport.proxy.db.catalogue.RelationAnswer.Found found
                && found.relation().column(column).isPresent();
    }

    private void add(Candidates candidates, QualifiedName written) {
        if (candidates.isKnown()) {
            add(candidates);
        } else {
            unknown(written);
        }
    }

    private void add(Candidates candidates) {
        harmless.beyond(candidates).forEach(each -> beyond.add(each.text()));
    }

    private void unknown(QualifiedName name) {
        knowsAll = false;
        beyond.add(CommandOperations.nameless(name.name()));
    }

    private static SqlName name(QualifiedName name) {
        return name.schema().isEmpty()
                ? new SqlName.Bare(name.name())
                : new SqlName.Qualified(name.schema(), name.name());
    }
}
