package dev.sallyport.proxy.db.sql;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The names of WITH queries that are visible at this point of the walk, as PostgreSQL scopes them:
 * without RECURSIVE a query sees those before it, with RECURSIVE all of its list; inner names hide
 * outer ones; only a name without a schema can be one of them.
 */
final class WithNames {
    private final List<Query> queries = new ArrayList<>();
    private final Map<Integer, Query> byNode = new HashMap<>();
    private final Map<String, Query> visible = new HashMap<>();

    /** A WITH query; the operation is known once its body has been reached. */
    static final class Query {
        private final String name;
        private int operation = Operation.NO_PARENT;
        private @Nullable Query hidden;

        private Query(String name) {
            this.name = name;
        }

        int operation() {
            return operation;
        }
    }

    /** Makes the query of a node known and returns its number; nobody sees it yet. */
    int add(String name, int node) {
        Query query = new Query(name);
        queries.add(query);
        byNode.put(node, query);
        return queries.size() - 1;
    }

    /** The operation in which the body of that node's query runs. */
    void operation(int node, int operation) {
        Query query = byNode.get(node);
        if (query != null) {
            query.operation = operation;
        }
    }

    void bind(int number) {
        Query query = queries.get(number);
        query.hidden = visible.put(query.name, query);
    }

    void unbind(int number) {
        Query query = queries.get(number);
        if (query.hidden == null) {
            visible.remove(query.name);
        } else {
            visible.put(query.name, query.hidden);
        }
    }

    /** The query that a lone name means here; null when it is a relation. */
    @Nullable Query find(String name) {
        return visible.get(name);
    }
}
