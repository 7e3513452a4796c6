package io.aetherkeep.bus;

/** Record that is sent to every event loop of this JVM by reference, and to no other node. */
public interface Signal {}
