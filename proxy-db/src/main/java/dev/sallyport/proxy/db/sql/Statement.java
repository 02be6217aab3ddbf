package dev.sallyport.proxy.db.sql;

import java.util.List;

/**
 * One statement of a text and what can be known of it without a catalogue. Everything that the
 * statement names anywhere is here, however deep it is nested; what functions, views, rules,
 * triggers and strings of SQL do behind these names is not.
 *
 * @param start index of its first {@code char} in the text, after white space and comments
 * @param end index after its last {@code char}, before the semicolon
 * @param sql the text between
 * @param command what it is
 * @param operations its levels, the outermost first; never empty
 * @param functions all functions named, by name or by syntax
 * @param operators all operators used, LIKE and the like by the name of their operator
 * @param types all types named
 * @param settings all settings changed
 * @param parameters the highest {@code $n}, 0 when there is none
 * @param results the items of the outermost select list or RETURNING list; empty when there is none
 *     or when a set operation or VALUES makes the rows
 * @param normalized the statement without its literals, parameters and comments
 */
public record Statement(
        int start,
        int end,
        String sql,
        Command command,
        List<Operation> operations,
        List<FunctionUse> functions,
        List<QualifiedName> operators,
        List<TypeUse> types,
        List<SettingUse> settings,
        int parameters,
        List<ResultColumn> results,
        String normalized) {
    public Statement {
        operations = List.copyOf(operations);
        functions = List.copyOf(functions);
        operators = List.copyOf(operators);
        types = List.copyOf(types);
        settings = List.copyOf(settings);
        results = List.copyOf(results);
        if (operations.isEmpty()) {
            throw new IllegalArgumentException("a statement does something");
        }
    }

    /** The relations of all levels. */
    public List<RelationUse> relations() {
        return operations.stream().flatMap(operation -> operation.relations().stream()).toList();
    }

    /** The column references of all levels. */
    public List<ColumnUse> columns() {
        return operations.stream().flatMap(operation -> operation.columns().stream()).toList();
    }

    /** The same for all statements that differ only in literals, parameters and layout. */
    public Fingerprint fingerprint() {
        return Fingerprint.of(normalized);
    }
}
