package dev.sallyport.proxy.db.sql;

import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Who reads which node, by the grammar's number of its symbol. */
final class Readers {
    private static final @Nullable Reader[] BY_SYMBOL = bySymbol();

    private Readers() {}

    /** Takes the facts from a node and puts off its parts, all that may hold more facts. */
    interface Reader {
        void read(Walk walk, int node, int operation) throws SqlSyntaxException;
    }

    static @Nullable Reader of(int symbol) {
        return BY_SYMBOL[symbol];
    }

    private static @Nullable Reader[] bySymbol() {
        Map<Symbol, Reader> readers = new EnumMap<>(Symbol.class);
        QueryReader.register(readers);
        FromReader.register(readers);
        WriteReader.register(readers);
        ExpressionReader.register(readers);
        FunctionReader.register(readers);
        TypeReader.register(readers);
        DefinitionReader.register(readers);
        SettingReader.register(readers);
        @Nullable Reader[] bySymbol = new Reader[GrammarTables.POSTGRESQL_18.names.size()];
        readers.forEach((symbol, reader) -> bySymbol[symbol.number()] = reader);
        return bySymbol;
    }
}
