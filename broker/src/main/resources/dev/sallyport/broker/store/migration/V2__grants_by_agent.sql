-- An agent's grants are counted before each new one.
create index grants_by_agent on grants (agent, not_after);
