package dev.sallyport.proxy.db;

import dev.sallyport.access.act.DbAct;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One message that runs statements, on its way through judgement and record.
 *
 * @param frame the message itself; whoever ends the way forwards or releases it
 * @param plans what it runs; empty for an empty text
 * @param parameters of an Execute
 * @param portal of an Execute
 */
record Request(
        Kind kind,
        ByteBuf frame,
        List<Plan> plans,
        List<Parameter> parameters,
        Optional<Portal> portal) {

    /** Which message it is. */
    enum Kind {
        QUERY,
        EXECUTE,
        CALL
    }

    Request {
        plans = List.copyOf(plans);
        parameters = List.copyOf(parameters);
    }

    /** The same message with other plans. */
    Request with(List<Plan> others) {
        return new Request(kind, frame, others, parameters, portal);
    }

    /** All that it wants, with the parameters that it will run with. */
    List<DbAct> acts() {
        var acts = new ArrayList<DbAct>();
        plans.forEach(plan -> acts.addAll(plan.acts()));
        if (parameters.isEmpty()) {
            return acts;
        }
        String values = values();
        acts.replaceAll(act -> act.shownAs(act.shown() + values));
        return acts;
    }

    private String values() {
        var text = new StringBuilder();
        for (int i = 0; i < parameters.size(); i++) {
            text.append("\n-- $").append(i + 1).append(" = ");
            text.append(parameters.get(i).shown());
        }
        return text.toString();
    }
}
