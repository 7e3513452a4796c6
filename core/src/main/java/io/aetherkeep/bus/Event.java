package io.aetherkeep.bus;

/** A record announcing a fact, named in the past tense; its class is its address. */
public interface Event {}
