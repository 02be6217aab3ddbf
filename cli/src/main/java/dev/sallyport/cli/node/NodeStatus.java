package dev.sallyport.cli.node;

import dev.sallyport.access.Grant;
import dev.sallyport.access.Ulid;
import dev.sallyport.access.gate.LiveSessions;
import dev.sallyport.access.gate.Session;
import dev.sallyport.access.port.Recorder;
import dev.sallyport.broker.api.ApiBody;
import dev.sallyport.broker.api.StatusSource;
import java.util.List;
import java.util.Map;

/**
 * What the broker tells about this node: live sessions, whether it records, where its doors are.
 */
record NodeStatus(LiveSessions live, Recorder recorder, Map<String, ApiBody.Door> doors)
        implements StatusSource {
    @Override
    public List<ApiBody.SessionView> sessions() {
        return live.list().stream().map(NodeStatus::view).toList();
    }

    private static ApiBody.SessionView view(Session session) {
        Grant grant = session.grant().grant();
        return new ApiBody.SessionView(
                session.id(),
                grant.agent().id(),
                session.target().toString(),
                grant.id(),
                grant.intent(),
                Ulid.timeOf(session.id().substring(2)),
                session.isOpen() ? "open" : "closing");
    }

    @Override
    public boolean isRecording() {
        return recorder.isRecording();
    }
}
