package dev.sallyport.broker.identity;

/** Who calls the broker, after verification. Nothing in it came from the request's body. */
public sealed interface Caller permits AgentCaller, HumanCaller {
    /** The name in events and approvals: the agent's id or the human's. */
    String id();
}
