// oracle.js: tells what PostgreSQL's own raw parser makes of a text.
//
// Reads lines of base64 (UTF-8 SQL) from stdin and answers each with one line: fields separated by
// tabs, items of a field by U+001F. A text that is refused gives "no" and the message. Else
//
//   ok  tags  actions  relations  columns  functions  operators  types  parameters
//
// with one item list for the whole text. Walks the tree of libpg_query with rules of its own, so
// that a mistake in Sallyport's readers is not repeated here.
'use strict';
const readline = require('readline');
const pg = require('libpg-query');

const SEPARATOR = '\x1f';

class Facts {
    constructor() {
        this.tags = [];
        this.actions = [];
        for (const name of ['relations', 'columns', 'functions', 'operators', 'types']) {
            this[name] = new Set();
        }
        this.parameters = 0;
    }

    line() {
        const sets = [this.relations, this.columns, this.functions, this.operators, this.types];
        const items = sets.map((set) => [...set].sort().join(SEPARATOR));
        const actions = this.actions.sort().join(SEPARATOR);
        const fields = ['ok', this.tags.join(SEPARATOR), actions, ...items, this.parameters];
        return fields.map((field) => String(field).replace(/[\t\n\r]/g, '\ufffd')).join('\t');
    }
}

const strings = (list) => (list || []).map((node) => (node.String ? node.String.sval || '' : '*'));
const lastTwo = (names) => names.slice(-2).join('.');

// The names of WITH queries that are visible, innermost first.
const sees = (scope, name) => scope.some((names) => names.has(name));

function relation(facts, range, how, scope) {
    const isPlain = !range.schemaname && !range.catalogname;
    if (how === 'read' && isPlain && sees(scope, range.relname)) {
        return;
    }
    const name = [range.catalogname || '', range.schemaname || '', range.relname || ''].join('.');
    facts.relations.add(how + ' ' + name);
}

function withQueries(facts, clause, scope, how) {
    if (!clause) {
        return scope;
    }
    const queries = (clause.ctes || []).map((node) => node.CommonTableExpr);
    if (clause.recursive) {
        const inner = [new Set(queries.map((query) => query.ctename)), ...scope];
        queries.forEach((query) => walk(facts, query, inner, how));
        return inner;
    }
    let names = new Set();
    for (const query of queries) {
        walk(facts, query, [names, ...scope], how);
        names = new Set([...names, query.ctename]);
    }
    return [names, ...scope];
}

function each(facts, node, scope, how, without) {
    for (const [key, value] of Object.entries(node)) {
        if (!without.includes(key)) {
            walk(facts, value, scope, how);
        }
    }
}

function targets(facts, list, scope, how) {
    for (const { ResTarget: target } of list || []) {
        if (target) {
            facts.columns.add('target ' + target.name);
            walkIndirection(facts, target.indirection, scope, how, false);
            walk(facts, target.val, scope, how);
        }
    }
}

function walkIndirection(facts, list, scope, how, report) {
    for (const node of list || []) {
        if (node.A_Indices) {
            walk(facts, node, scope, how);
        } else if (report) {
            facts.columns.add('field ' + strings([node])[0]);
        }
    }
}

const MERGE = { CMD_INSERT: 'insert', CMD_UPDATE: 'update', CMD_DELETE: 'delete' };

const STATEMENTS = {
    SelectStmt(facts, node, scope, how) {
        const inner = withQueries(facts, node.withClause, scope, 'read');
        if (node.intoClause && node.intoClause.rel) {
            relation(facts, node.intoClause.rel, 'create', inner);
            facts.actions.push('SELECT_INTO');
        }
        each(facts, node, inner, 'read', ['withClause', 'intoClause']);
    },
    InsertStmt(facts, node, scope) {
        facts.actions.push('INSERT');
        const inner = withQueries(facts, node.withClause, scope, 'read');
        const conflict = node.onConflictClause;
        const updates = conflict && conflict.action === 'ONCONFLICT_UPDATE';
        relation(facts, node.relation, updates ? 'insert+update' : 'insert', inner);
        targets(facts, node.cols, inner, 'read');
        if (conflict) {
            targets(facts, conflict.targetList, inner, 'read');
            each(facts, conflict, inner, 'read', ['targetList']);
        }
        each(facts, node, inner, 'read', ['withClause', 'relation', 'cols', 'onConflictClause']);
    },
    UpdateStmt(facts, node, scope) {
        facts.actions.push('UPDATE');
        const inner = withQueries(facts, node.withClause, scope, 'read');
        relation(facts, node.relation, 'update', inner);
        targets(facts, node.targetList, inner, 'read');
        each(facts, node, inner, 'read', ['withClause', 'relation', 'targetList']);
    },
    DeleteStmt(facts, node, scope) {
        facts.actions.push('DELETE');
        const inner = withQueries(facts, node.withClause, scope, 'read');
        relation(facts, node.relation, 'delete', inner);
        each(facts, node, inner, 'read', ['withClause', 'relation']);
    },
    MergeStmt(facts, node, scope) {
        facts.actions.push('MERGE');
        const inner = withQueries(facts, node.withClause, scope, 'read');
        const clauses = (node.mergeWhenClauses || []).map((clause) => clause.MergeWhenClause);
        const done = new Set(clauses.map((clause) => MERGE[clause.commandType]).filter(Boolean));
        const order = ['insert', 'update', 'delete'].filter((action) => done.has(action));
        relation(facts, node.relation, order.join('+') || 'read', []);
        clauses.forEach((clause) => {
            targets(facts, clause.targetList, inner, 'read');
            each(facts, clause, inner, 'read', ['targetList']);
        });
        each(facts, node, inner, 'read', ['withClause', 'relation', 'mergeWhenClauses']);
    },
    CopyStmt(facts, node, scope) {
        if (node.relation) {
            relation(facts, node.relation, node.is_from ? 'insert' : 'read', scope);
        }
        if (node.is_from) {
            strings(node.attlist).forEach((name) => facts.columns.add('target ' + name));
        }
        each(facts, node, scope, 'read', ['relation', 'attlist', 'options']);
    },
    ViewStmt(facts, node, scope) {
        relation(facts, node.view, 'utility', scope);
        each(facts, node, scope, 'read', ['view']);
    },
    CreateStatsStmt(facts, node, scope) {
        each(facts, node, scope, 'read', []);
    },
    ConstraintsSetStmt() {},
};

const NODES = {
    RangeVar(facts, node, scope, how) {
        relation(facts, node, how, scope);
    },
    LockingClause() {},
    ColumnRef(facts, node) {
        facts.columns.add('column ' + strings(node.fields).join('.'));
    },
    A_Indirection(facts, node, scope, how) {
        walk(facts, node.arg, scope, how);
        walkIndirection(facts, node.indirection, scope, how, true);
    },
    JoinExpr(facts, node, scope, how) {
        strings(node.usingClause).forEach((name) => facts.columns.add('join ' + name));
        if (node.isNatural) {
            facts.columns.add('join *');
        }
        if (node.isNatural || node.usingClause) {
            facts.operators.add('=');
        }
        each(facts, node, scope, how, ['usingClause']);
    },
    FuncCall(facts, node, scope, how) {
        facts.functions.add(lastTwo(strings(node.funcname)));
        each(facts, node, scope, how, ['funcname']);
    },
    RangeTableSample(facts, node, scope, how) {
        facts.functions.add(lastTwo(strings(node.method)));
        each(facts, node, scope, how, ['method']);
    },
    TypeName(facts, node, scope, how) {
        facts.types.add(lastTwo(strings(node.names)));
        walk(facts, node.typmods, scope, how);
    },
    ParamRef(facts, node) {
        facts.parameters = Math.max(facts.parameters, node.number || 0);
    },
    A_Expr(facts, node, scope, how) {
        operators(facts, node);
        each(facts, node, scope, how, ['name']);
    },
    SubLink(facts, node, scope, how) {
        if (node.operName) {
            facts.operators.add(lastTwo(strings(node.operName)));
        } else if (node.testexpr) {
            facts.operators.add('=');
        }
        each(facts, node, scope, how, ['operName']);
    },
    CaseExpr(facts, node, scope, how) {
        if (node.arg) {
            facts.operators.add('=');
        }
        each(facts, node, scope, how, []);
    },
    SortBy(facts, node, scope, how) {
        if (node.useOp) {
            facts.operators.add(lastTwo(strings(node.useOp)));
        }
        each(facts, node, scope, how, ['useOp']);
    },
    SQLValueFunction(facts, node) {
        const name = node.op.replace('SVFOP_', '').replace(/_N$/, '').toLowerCase();
        facts.functions.add('pg_catalog.' + name);
    },
};

function operators(facts, node) {
    const negated = strings(node.name)[0].startsWith('NOT');
    switch (node.kind) {
        case 'AEXPR_BETWEEN':
        case 'AEXPR_NOT_BETWEEN':
        case 'AEXPR_BETWEEN_SYM':
        case 'AEXPR_NOT_BETWEEN_SYM':
            (negated ? ['<', '>'] : ['>=', '<=']).forEach((name) => facts.operators.add(name));
            break;
        case 'AEXPR_NULLIF':
            facts.functions.add('pg_catalog.nullif');
            facts.operators.add('=');
            break;
        default:
            facts.operators.add(lastTwo(strings(node.name)));
    }
}

// Nodes that are functions with syntax of their own.
const SYNTAX = {
    CoalesceExpr: () => 'coalesce',
    MinMaxExpr: (node) => node.op.replace('IS_', '').toLowerCase(),
    XmlExpr: (node) => (node.op === 'IS_DOCUMENT' ? 'is_document' : node.op.slice(3).toLowerCase()),
    XmlSerialize: () => 'xmlserialize',
    JsonObjectConstructor: () => 'json_object',
    JsonArrayConstructor: () => 'json_array',
    JsonArrayQueryConstructor: () => 'json_array',
    JsonParseExpr: () => 'json',
    JsonScalarExpr: () => 'json_scalar',
    JsonSerializeExpr: () => 'json_serialize',
    JsonFuncExpr: (node) => (node.op || 'JSON_EXISTS_OP').slice(0, -3).toLowerCase(),
    MergeSupportFunc: () => 'merge_action',
    JsonObjectAgg: () => 'json_objectagg',
    JsonArrayAgg: () => 'json_arrayagg',
};

const isRange = (node) => 'relname' in node && 'relpersistence' in node;

function walk(facts, node, scope, how) {
    if (Array.isArray(node)) {
        node.forEach((item) => walk(facts, item, scope, how));
        return;
    }
    if (node === null || typeof node !== 'object') {
        return;
    }
    if (isRange(node)) {
        relation(facts, node, how, scope);
        return;
    }
    // A field whose type is fixed holds its node without the name of the type around it.
    if (Array.isArray(node.names) && 'typemod' in node) {
        NODES.TypeName(facts, node, scope, how);
        return;
    }
    const keys = Object.keys(node);
    const type = keys.length === 1 && /^[A-Z]/.test(keys[0]) ? keys[0] : '';
    if (type && STATEMENTS[type]) {
        STATEMENTS[type](facts, node[type], scope, how);
    } else if (type && NODES[type]) {
        NODES[type](facts, node[type], scope, how);
    } else if (type && SYNTAX[type]) {
        facts.functions.add('pg_catalog.' + SYNTAX[type](node[type]));
        each(facts, node[type], scope, how, []);
    } else if (type) {
        const isStatement = type.endsWith('Stmt');
        each(facts, node[type], scope, isStatement ? 'utility' : how, []);
    } else {
        bare(facts, node, scope, how);
    }
}

// A node without its name: found by the fields that only such a node has.
function bare(facts, node, scope, how) {
    if (Array.isArray(node.funcname) && 'funcformat' in node) {
        NODES.FuncCall(facts, node, scope, how);
    } else if ('limitOption' in node && 'op' in node) {
        STATEMENTS.SelectStmt(facts, node, scope, how);
    } else {
        each(facts, node, scope, how, []);
    }
}

function answer(sql) {
    let tree;
    try {
        tree = pg.parseSync(sql);
    } catch (error) {
        const details = error.sqlDetails || {};
        return ['no', details.message || String(error.message || error)].join('\t');
    }
    const facts = new Facts();
    for (const { stmt } of tree.stmts || []) {
        if (stmt) {
            facts.tags.push(Object.keys(stmt)[0]);
            walk(facts, stmt, [], 'utility');
        }
    }
    return facts.line();
}

pg.loadModule().then(() => {
    readline.createInterface({ input: process.stdin, crlfDelay: Infinity }).on('line', (line) => {
        const sql = Buffer.from(line, 'base64').toString('utf8');
        process.stdout.write(answer(sql).replace(/[\n\r]/g, ' ') + '\n');
    });
});
