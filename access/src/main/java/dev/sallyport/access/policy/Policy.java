package dev.sallyport.access.policy;

import com.cedarpolicy.BasicAuthorizationEngine;
import com.cedarpolicy.model.AuthorizationRequest;
import com.cedarpolicy.model.AuthorizationResponse;
import com.cedarpolicy.model.AuthorizationSuccessResponse;
import com.cedarpolicy.model.entity.Entity;
import com.cedarpolicy.model.exception.AuthException;
import com.cedarpolicy.model.exception.CacheException;
import com.cedarpolicy.model.exception.InternalException;
import com.cedarpolicy.model.policy.PolicySet;
import com.cedarpolicy.model.schema.Schema;
import com.cedarpolicy.value.EntityTypeName;
import com.cedarpolicy.value.EntityUID;
import com.cedarpolicy.value.PrimString;
import com.cedarpolicy.value.Value;
import com.fasterxml.jackson.core.JsonProcessingException;
import dev.sallyport.access.Agent;
import dev.sallyport.access.yaml.Problem;
import dev.sallyport.access.yaml.Problems;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The rules in force: Cedar policies validated against their schema (docs.cedarpolicy.com).
 * Immutable and thread-safe; a reload makes a new one.
 *
 * <p>What cannot be evaluated is refused: Cedar skips a policy that errs, a {@code forbid} too, so
 * any error at all is a no here.
 */
public final class Policy {
    private final BasicAuthorizationEngine engine = new BasicAuthorizationEngine();
    private final String version;
    // Cedar's cache lives as long as these two objects do.
    private final PolicySet policies;
    private final Schema schema;
    private final SchemaTypes types;
    private final Map<String, Map<String, String>> annotations;

    private Policy(PolicySources sources)
            throws CacheException, InternalException, JsonProcessingException {
        version = sources.version();
        policies = sources.policies();
        schema = sources.schema();
        annotations = sources.annotations();
        types = new SchemaTypes(toJson(schema));
        // Either one uncached makes Cedar parse everything again at each question.
        policies.cache();
        schema.cache();
    }

    /**
     * Loads {@code schema.cedarschema} and every {@code *.cedar} of {@code directory}. All mistakes
     * are added to {@code problems}; with any, the returned policy refuses everything.
     */
    public static Policy load(Path directory, Problems problems) {
        Optional<PolicySources> sources = new PolicyReader(directory, problems).read();
        try {
            return new Policy(sources.orElseGet(PolicySources::none));
        } catch (CacheException | InternalException | JsonProcessingException e) {
            problems.add(
                    new Problem(
                            directory.toString(),
                            0,
                            0,
                            "Cedar refuses the policies",
                            "valid Cedar"));
            throw new IllegalStateException("Cedar refuses policies that it has validated", e);
        }
    }

    private static com.fasterxml.jackson.databind.JsonNode toJson(Schema schema)
            throws InternalException, JsonProcessingException {
        try {
            return schema.toJsonFormat();
        } catch (com.fasterxml.jackson.databind.JsonMappingException e) {
            throw new IllegalStateException("Cedar writes a schema that is not JSON", e);
        }
    }

    /** Lower-case hex SHA-256 of the sources. */
    public String version() {
        return version;
    }

    /** The ids of all policies, sorted. */
    public List<String> policyIds() {
        return annotations.keySet().stream().sorted().toList();
    }

    /**
     * What the schema declares in a record of an action's context, for example {@code parameters}
     * for {@code request}: each name with the word of its type, such as {@code long}. A catalogue
     * that uses other names or types is mistaken.
     */
    public Map<String, String> declared(String action, String record) {
        return types.declared(action, record);
    }

    /** What the policies of these ids say beside yes and no; ids that are unknown say nothing. */
    public Annotations annotations(Collection<String> ids) {
        return notes(ids.stream().sorted().toList());
    }

    /** Asks once, with the context as it is. */
    public PolicyAnswer ask(PolicyQuestion question) {
        try {
            AuthorizationResponse response =
                    engine.isAuthorized(request(question), policies, entities(question));
            if (response.success.isEmpty()) {
                return PolicyAnswer.Refuse.error(firstError(response));
            }
            return answer(response.success.get());
        } catch (AuthException | RuntimeException e) {
            // The edge to foreign code: whatever it throws, the answer is no.
            return PolicyAnswer.Refuse.error(String.valueOf(e.getMessage()));
        }
    }

    /**
     * Climbs the ladder: as it is, then masked when {@code maskable}, then with one more approval
     * after the other up to {@code maxApprovals}. The first yes names what it takes; an error on
     * any rung is a denial.
     */
    public PolicyVerdict climb(PolicyQuestion question, boolean maskable, int maxApprovals) {
        PolicyAnswer asIs = ask(question.given(false, 0));
        switch (asIs) {
            case PolicyAnswer.Permit(var ids, var notes) -> {
                return new PolicyVerdict.Allow(ids, notes);
            }
            case PolicyAnswer.Refuse refuse -> {
                if (!refuse.errors().isEmpty()) {
                    return deny(refuse);
                }
            }
        }
        if (maskable) {
            switch (ask(question.given(true, 0))) {
                case PolicyAnswer.Permit(var ids, var notes) -> {
                    return new PolicyVerdict.Mask(ids, notes);
                }
                case PolicyAnswer.Refuse refuse -> {
                    if (!refuse.errors().isEmpty()) {
                        return deny(refuse);
                    }
                }
            }
        }
        return climbApprovals(question, asIs, maxApprovals);
    }

    private PolicyVerdict climbApprovals(
            PolicyQuestion question, PolicyAnswer asIs, int maxApprovals) {
        for (int approvals = 1; approvals <= maxApprovals; approvals++) {
            switch (ask(question.given(false, approvals))) {
                case PolicyAnswer.Permit(var ids, var notes) -> {
                    List<String> rules = asIs.policies().isEmpty() ? ids : asIs.policies();
                    return new PolicyVerdict.Hold(approvals, rules, asIs.annotations().and(notes));
                }
                case PolicyAnswer.Refuse refuse -> {
                    if (!refuse.errors().isEmpty()) {
                        return deny(refuse);
                    }
                }
            }
        }
        return new PolicyVerdict.Deny(asIs.policies(), List.of(), asIs.annotations());
    }

    private static PolicyVerdict deny(PolicyAnswer.Refuse refuse) {
        return new PolicyVerdict.Deny(refuse.policies(), refuse.errors(), refuse.annotations());
    }

    private AuthorizationRequest request(PolicyQuestion question) {
        var context = new HashMap<>(question.context());
        context.putIfAbsent(PolicyQuestion.MASKED, false);
        context.putIfAbsent(PolicyQuestion.APPROVALS, 0L);
        return new AuthorizationRequest(
                uid("Agent", question.agent().id()),
                uid("Action", question.action()),
                uid(question.resourceType(), question.resourceId()),
                Optional.of(types.values(question.action(), context)),
                Optional.of(schema),
                true);
    }

    private Set<Entity> entities(PolicyQuestion question) {
        Agent agent = question.agent();
        var groups = new HashSet<EntityUID>();
        agent.groups().forEach(group -> groups.add(uid("Group", group)));
        var attributes = new HashMap<String, Value>();
        if (types.agentHas("owner")) {
            attributes.put("owner", new PrimString(agent.owner()));
        }
        if (types.agentHas("run")) {
            attributes.put("run", new PrimString(agent.run()));
        }
        return Set.of(new Entity(uid("Agent", agent.id()), attributes, groups));
    }

    private static EntityUID uid(String type, String id) {
        return EntityTypeName.parse(type)
                .orElseThrow(() -> new IllegalArgumentException("not an entity type"))
                .of(id);
    }

    private PolicyAnswer answer(AuthorizationSuccessResponse response) {
        List<String> ids = response.getReason().stream().sorted().toList();
        Annotations notes = notes(ids);
        List<String> errors =
                response.getErrors().stream()
                        .map(error -> error.getPolicyId() + ": " + error.getError().message)
                        .toList();
        return response.isAllowed() && errors.isEmpty()
                ? new PolicyAnswer.Permit(ids, notes)
                : new PolicyAnswer.Refuse(ids, errors, notes);
    }

    private Annotations notes(List<String> ids) {
        var values = new HashMap<String, List<String>>();
        for (String id : ids) {
            annotations
                    .getOrDefault(id, Map.of())
                    .forEach((name, text) ->
                            values.computeIfAbsent(name, any -> new ArrayList<>()).add(text));
        }
        return new Annotations(values);
    }

    private static String firstError(AuthorizationResponse response) {
        return response.errors
                .flatMap(errors -> errors.stream().findFirst())
                .map(error -> error.message)
                .orElse("Cedar gave no answer");
    }
}
