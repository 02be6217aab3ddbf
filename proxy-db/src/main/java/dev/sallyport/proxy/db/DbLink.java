package dev.sallyport.proxy.db;

import dev.sallyport.access.gate.Session;
import dev.sallyport.access.gate.SessionGate;
import dev.sallyport.access.port.SessionEnd;
import dev.sallyport.proxy.db.wire.CancelKey;
import io.netty.channel.Channel;
import java.util.function.Consumer;

/**
 * What one open session consists of. Both channels run on one event loop.
 *
 * @param cancelKey what the agent was given, never the server's
 * @param cancelAtServer cancels what the server is doing; returns at once
 * @param ends puts everything away; called once, on the event loop
 */
record DbLink(
        Session session,
        SessionGate gate,
        DbTap tap,
        DbActs acts,
        DbLimits limits,
        Channel agent,
        Channel server,
        CancelKey cancelKey,
        Runnable cancelAtServer,
        Consumer<SessionEnd> ends) {}
