package dev.sallyport.broker.policytest;

import dev.sallyport.access.Agent;
import dev.sallyport.access.yaml.Mapping;
import dev.sallyport.access.yaml.Place;
import dev.sallyport.broker.intent.Catalogue;
import dev.sallyport.broker.intent.Intent;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * One Given/When/Then.
 *
 * @param place where it stands, for the report
 * @param approvals how many humans have said yes
 * @param act the act's action, for example {@code ssh:exec}; empty = the request for a grant
 * @param subject what the act is done to: a command, path, subsystem, destination or setting
 * @param names the act's tables or functions
 * @param classes the classes of the columns that it touches
 * @param rows how many rows a commit wrote
 * @param target {@code ssh:name}; empty = the intent's first target of the act's protocol
 * @param verdict the expected word
 * @param needs expected number of approvals; -1 = any
 * @param ttl expected lifetime; zero = any
 * @param rules policies that must be among those that decided
 */
record PolicyCase(
        String name,
        Place place,
        Agent agent,
        Map<String, String> facts,
        int approvals,
        String intent,
        Map<String, String> parameters,
        String act,
        String subject,
        List<String> names,
        List<String> classes,
        long rows,
        String target,
        String verdict,
        int needs,
        Duration ttl,
        List<String> rules) {

    private static final List<String> KEYS_OF_WHEN =
            Stream.of(
                            List.of("intent", "parameters", "act", "target"),
                            PolicyActs.SUBJECTS,
                            PolicyActs.OF_STATEMENTS)
                    .flatMap(List::stream)
                    .toList();
    private static final int MAX_APPROVALS = 10;
    private static final Agent NOBODY = new Agent("nobody", "nobody", "0", List.of());

    /**
     * Reads one. What is no intent, fact, act or target is a mistake: a test that expects a denial
     * must not pass because of a slip in its own text.
     */
    static PolicyCase read(Mapping mapping, Catalogue catalogue) {
        mapping.refuseUnknown("name", "given", "when", "then");
        Mapping given = mapping.mapping("given");
        given.refuseUnknown("agent", "facts", "approvals");
        Mapping when = mapping.mapping("when");
        when.refuseUnknown(KEYS_OF_WHEN);
        checkNames(given, when, catalogue);
        Mapping then = mapping.mapping("then");
        then.refuseUnknown("verdict", "approvals", "ttl", "rules");
        String verdict = then.text("verdict");
        if (then.has("verdict") && !List.of("allow", "mask", "hold", "deny").contains(verdict)) {
            then.problemAtKey("verdict", "there is no such verdict", "allow, mask, hold or deny");
        }
        return new PolicyCase(
                mapping.text("name"),
                mapping.place(),
                agent(given.mapping("agent")),
                given.textMap("facts"),
                (int) given.integer("approvals", 0, MAX_APPROVALS, 0),
                when.text("intent"),
                when.textMap("parameters"),
                when.text("act", ""),
                PolicyActs.SUBJECTS.stream()
                        .flatMap(key -> when.optionalText(key).stream())
                        .findFirst()
                        .orElse(""),
                when.texts(when.has("functions") ? "functions" : "tables"),
                when.texts("classes"),
                when.integer("rows", 0, Long.MAX_VALUE, 0),
                when.text("target", ""),
                verdict,
                (int) then.integer("approvals", 0, MAX_APPROVALS, -1),
                then.duration("ttl", Duration.ZERO),
                then.texts("rules"));
    }

    private static void checkNames(Mapping given, Mapping when, Catalogue catalogue) {
        when.optionalText("act")
                .filter(act -> !PolicyActs.NAMES.contains(act))
                .ifPresent(act ->
                        when.problemAtKey(
                                "act", "there is no such act", "one of " + PolicyActs.NAMES));
        if (!when.has("intent")) {
            return;
        }
        Optional<Intent> intent = catalogue.find(when.text("intent"));
        if (intent.isEmpty()) {
            List<String> names = catalogue.intents().stream().map(Intent::name).toList();
            when.problemAtKey("intent", "there is no such intent", "one of " + names);
            return;
        }
        Set<String> facts = intent.get().facts().keySet();
        given.optionalMapping("facts").ifPresent(map -> map.refuseUnknown(facts));
        List<String> targets = PolicyActs.targets(intent.get());
        when.optionalText("target")
                .filter(target -> !targets.contains(target))
                .ifPresent(target ->
                        when.problemAtKey(
                                "target", "the intent has no such target", "one of " + targets));
    }

    private static Agent agent(Mapping mapping) {
        mapping.refuseUnknown("id", "owner", "run", "groups");
        try {
            return new Agent(
                    mapping.text("id"),
                    mapping.text("owner", "nobody"),
                    mapping.text("run", "0"),
                    mapping.texts("groups"));
        } catch (IllegalArgumentException e) {
            mapping.problem(String.valueOf(e.getMessage()), "id, owner, run, groups");
            return NOBODY;
        }
    }
}
