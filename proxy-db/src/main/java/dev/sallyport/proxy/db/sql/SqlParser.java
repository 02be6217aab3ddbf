package dev.sallyport.proxy.db.sql;

import dev.sallyport.proxy.db.sql.SqlSyntaxException.Reason;
import java.util.ArrayList;
import java.util.List;

/**
 * Understands SQL as PostgreSQL does: by its own grammar, so that there is no statement that one of
 * the two sees and the other does not.
 *
 * <p>Accepts at least what the server accepts that runs with {@code
 * standard_conforming_strings=on}, {@code backslash_quote=safe_encoding} and {@code
 * client_encoding=UTF8}; a text that is refused here MUST NOT be forwarded. The server checks a
 * little more than the grammar, so that some texts that are accepted here fail there. Takes time
 * and memory linear in the text, on the caller's thread, without recursion.
 */
public final class SqlParser {
    private SqlParser() {}

    /**
     * Parses a text of any number of statements.
     *
     * @param sql decoded from valid UTF-8
     * @param maxLength the most {@code char}s to look at
     * @return the statements in their order; empty ones are left out
     * @throws SqlSyntaxException when any part of the text is not SQL, or a limit is exceeded
     */
    public static List<Statement> parse(String sql, int maxLength) throws SqlSyntaxException {
        SyntaxTree tree = tree(sql, maxLength);
        int[] listed = tree.items(tree.part(tree.root(), 0));
        List<Statement> statements = new ArrayList<>(listed.length);
        for (int toplevel : listed) {
            if (!tree.isEmpty(toplevel)) {
                statements.add(StatementReader.read(tree, toplevel));
            }
        }
        return List.copyOf(statements);
    }

    static SyntaxTree tree(String sql, int maxLength) throws SqlSyntaxException {
        if (sql.length() > maxLength) {
            throw new SqlSyntaxException(Reason.TOO_LONG, maxLength);
        }
        return LalrParser.parse(SqlLexer.read(sql));
    }
}
