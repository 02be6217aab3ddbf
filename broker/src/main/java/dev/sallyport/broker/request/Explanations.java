package dev.sallyport.broker.request;

import dev.sallyport.access.Agent;
import dev.sallyport.access.Refusal;
import dev.sallyport.access.event.EventContext;
import dev.sallyport.access.event.EventType;
import dev.sallyport.access.policy.Policy;
import dev.sallyport.access.port.UnrecordableException;
import dev.sallyport.broker.identity.AgentCaller;
import dev.sallyport.broker.identity.Caller;
import dev.sallyport.broker.intent.Catalogue;
import dev.sallyport.broker.intent.FactLookup;
import dev.sallyport.broker.intent.Facts;
import dev.sallyport.broker.policytest.Explanation;
import dev.sallyport.broker.policytest.Explanation.Outcome;
import dev.sallyport.broker.store.DurableEvents;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers what a request would take. The broker asks other systems for it, so each question is in
 * the record before its answer leaves, and an agent learns nothing of what they said: it has no
 * grant. Thread-safe; blocks on look-ups and the record.
 */
public final class Explanations {
    private static final Logger LOGGER = LoggerFactory.getLogger(Explanations.class);

    /** All that an agent hears of facts that could not be had. */
    static final String UNAVAILABLE = "a fact that the intent needs is not available";

    private final Supplier<Catalogue> catalogue;
    private final Supplier<Policy> policy;
    private final FactLookup facts;
    private final DurableEvents events;

    public Explanations(
            Supplier<Catalogue> catalogue,
            Supplier<Policy> policy,
            FactLookup facts,
            DurableEvents events) {
        this.catalogue = catalogue;
        this.policy = policy;
        this.facts = facts;
        this.events = events;
    }

    /** What it would take for {@code agent}, asked by {@code caller}. */
    public Outcome of(Caller caller, Agent agent, String intent, Map<String, String> parameters) {
        var explanation = new Explanation(catalogue.get(), policy.get(), facts);
        Outcome outcome = explanation.of(agent, intent, parameters);
        try {
            record(caller, agent, intent, parameters, outcome);
        } catch (UnrecordableException e) {
            LOGGER.atError().setCause(e).log("a question is not recordable");
            return new Outcome.Unasked(
                    DurableEvents.refusal("the question cannot be recorded, so it is refused"));
        }
        return caller instanceof AgentCaller ? withoutFacts(outcome) : outcome;
    }

    private void record(
            Caller caller,
            Agent agent,
            String intent,
            Map<String, String> parameters,
            Outcome outcome) {
        var fields = new LinkedHashMap<String, Object>();
        fields.put("by", caller.id());
        fields.put("parameters", parameters);
        switch (outcome) {
            case Outcome.Unasked(Refusal refusal) -> {
                fields.put("verdict", refusal.verdict().word());
                fields.put("rule", refusal.rule());
                fields.put("reason", refusal.reason());
            }
            case Outcome.Asked asked -> {
                fields.put("verdict", asked.word());
                fields.put("policies", asked.verdict().policies());
                fields.put("facts", asked.facts().texts());
            }
        }
        events.record(
                EventType.POLICY_EXPLAINED,
                new EventContext("", "", agent.id(), agent.owner(), agent.run(), intent, ""),
                fields);
    }

    private static Outcome withoutFacts(Outcome outcome) {
        return switch (outcome) {
            case Outcome.Unasked(Refusal refusal) when refusal.rule().equals(Explanation.FACTS) ->
                    new Outcome.Unasked(Refusal.deny(Explanation.FACTS, UNAVAILABLE));
            case Outcome.Unasked unasked -> unasked;
            case Outcome.Asked asked ->
                    new Outcome.Asked(asked.bound(), Facts.NONE, asked.verdict());
        };
    }
}
