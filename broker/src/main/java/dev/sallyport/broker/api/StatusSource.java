package dev.sallyport.broker.api;

import java.util.List;

/** What only the wiring knows: the proxies' live sessions, the recorder's state, the doors. */
public interface StatusSource {
    /** The live sessions of every connected node. */
    List<ApiBody.SessionView> sessions();

    /** False when nothing can be recorded, and so nothing can be done. */
    boolean isRecording();

    /** How agents reach the proxies, by protocol; known once they listen. */
    java.util.Map<String, ApiBody.Door> doors();
}
