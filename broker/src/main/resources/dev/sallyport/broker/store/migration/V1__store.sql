-- Portable SQL (SQLite, PostgreSQL): ids are text, times are epoch milliseconds, lists are JSON.
-- No secret is in here: no token, no private key, no proof.

create table requests (
    id text primary key,
    state text not null,
    agent text not null,
    question text not null,
    document text not null,
    asked_at bigint not null,
    expires_at bigint not null
);
create index requests_by_agent on requests (agent, state);

create table grants (
    id text primary key,
    state text not null,
    agent text not null,
    owner text not null,
    run text not null,
    intent text not null,
    encoded text not null,
    not_before bigint not null,
    not_after bigint not null
);
create index grants_by_state on grants (state, not_after);

create table certificates (
    serial text primary key,
    grant_id text not null references grants (id),
    kind text not null,
    thumbprint text not null,
    not_after bigint not null
);
create index certificates_by_grant on certificates (grant_id);

create table questions (
    id text primary key,
    kind text not null,
    state text not null,
    agent text not null,
    owner text not null,
    run text not null,
    agent_groups text not null,
    intent text not null,
    grant_id text not null,
    session_id text not null,
    shown text not null,
    shown_hash text not null,
    needed integer not null,
    approver_groups text not null,
    asked_at bigint not null,
    expires_at bigint not null
);
create index questions_by_state on questions (state, expires_at);

create table votes (
    question text not null references questions (id),
    approver text not null,
    vote text not null,
    comment text not null,
    shown_hash text not null,
    voted_at bigint not null,
    primary key (question, approver)
);

create table locks (
    id text primary key,
    subject text not null,
    matched text not null,
    cause text not null,
    reason text not null,
    author text not null,
    placed_at bigint not null
);

create table token_uses (
    token text not null,
    thumbprint text not null,
    ends_at bigint not null,
    primary key (token, thumbprint)
);

create table budget_leases (
    grant_id text not null references grants (id),
    target text not null,
    unit text not null,
    taken bigint not null,
    primary key (grant_id, target, unit)
);
