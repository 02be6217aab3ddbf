package dev.sallyport.proxy.ssh;

import dev.sallyport.access.gate.Session;
import dev.sallyport.access.port.SessionRecording;
import org.apache.sshd.client.session.ClientSession;

/**
 * A session that stands: admitted, recorded, and logged in at its target.
 *
 * @param upstream the connection to the target
 */
record SshLink(
        Session session,
        SessionRecording recording,
        SshTap tap,
        ActDoor door,
        SshActs acts,
        ClientSession upstream) {}
