package dev.sallyport.broker.issue;

import dev.sallyport.access.Approval;
import dev.sallyport.access.Grant;
import dev.sallyport.access.scope.Scope;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A grant as an event's fields. */
final class GrantFields {
    private GrantFields() {}

    static Map<String, Object> of(Grant grant) {
        var fields = new LinkedHashMap<String, Object>();
        fields.put("parameters", grant.parameters());
        fields.put("facts", grant.facts());
        fields.put("reason", grant.reason());
        fields.put("ticket", grant.ticket());
        fields.put("targets", grant.scope().stream().map(GrantFields::target).distinct().toList());
        fields.put("approvals", grant.approvals().stream().map(GrantFields::approval).toList());
        fields.put("keys", List.copyOf(grant.keys()));
        fields.put("notBefore", grant.notBefore());
        fields.put("notAfter", grant.notAfter());
        return fields;
    }

    private static String target(Scope scope) {
        return scope.target().toString();
    }

    private static Map<String, Object> approval(Approval approval) {
        return Map.of(
                "approval", approval.id(),
                "approver", approval.approver(),
                "shownHash", approval.shownHash(),
                "at", approval.at());
    }
}
