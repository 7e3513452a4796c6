package io.aetherkeep.bus;

/** A record told to every event loop of this JVM by reference, and to nobody else. */
public interface Signal {}
