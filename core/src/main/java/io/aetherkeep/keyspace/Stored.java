package io.aetherkeep.keyspace;

import java.time.Duration;

/**
 * A value as a store holds it.
 *
 * @param age how long ago it was written, as far as its lifetime tells
 * @param remaining how long it has left; negative where it never ends
 */
public record Stored<V>(V value, Duration age, Duration remaining) {}
