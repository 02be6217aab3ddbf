package dev.sallyport.proxy.db;

import dev.sallyport.proxy.db.wire.BackendLimits;
import dev.sallyport.proxy.db.wire.FrontendLimits;
import java.time.Duration;

/**
 * The bounds of the PostgreSQL door; {@link #DEFAULT} says why each is what it is.
 *
 * @param frontend message lengths from agents
 * @param backend message lengths from servers
 * @param startTime from the connection to the end of its start-up packet, TLS included
 * @param unauthenticated connections that have not proved anything yet
 * @param connectTime for the connection and login at the target
 * @param inbox bytes of messages that wait behind one that is judged or held
 * @param names prepared statements and portals of one session
 * @param cancelsPerSecond cancel requests that are looked at, from all peers
 * @param farewell how long the last words of a session may take
 */
public record DbLimits(
        FrontendLimits frontend,
        BackendLimits backend,
        Duration startTime,
        int unauthenticated,
        Duration connectTime,
        int inbox,
        int names,
        int cancelsPerSecond,
        Duration farewell) {

    /** What a proxy uses unless it is configured otherwise. */
    public static final DbLimits DEFAULT =
            new DbLimits(
                    FrontendLimits.DEFAULT,
                    BackendLimits.DEFAULT,
                    // As long as PostgreSQL's own drivers are patient; a person types nothing here.
                    Duration.ofSeconds(30),
                    // A burst of a fleet's reconnects; each costs some 100 KiB while in TLS.
                    256,
                    // A role is made and a login done; a server that takes longer is ill.
                    Duration.ofSeconds(15),
                    // A pipeline of a driver's batch; beyond it the client is not read.
                    1 << 20,
                    // Drivers cache hundreds of statements; each keeps its text here.
                    10_000,
                    // People press ^C; a storm of guesses is stopped.
                    100,
                    // One flush of a healthy socket.
                    Duration.ofMillis(500));
}
