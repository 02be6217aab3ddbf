package dev.sallyport.proxy.ssh.sftp;

import dev.sallyport.access.act.SshAct;
import java.util.List;

/**
 * One request of the agent, understood.
 *
 * @param id what its answer will carry
 * @param acts what has to be allowed first; none when that was done when its handle was opened
 * @param packet what goes to the target: the request with the paths that are judged
 * @param pending what its answer will mean
 * @param status what the agent reads when an act is refused
 */
record SftpRequest(int id, List<SshAct> acts, byte[] packet, Pending pending, int status) {
    SftpRequest {
        acts = List.copyOf(acts);
    }
}
