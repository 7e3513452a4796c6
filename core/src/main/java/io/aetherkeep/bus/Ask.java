package io.aetherkeep.bus;

/**
 * A record asking for an {@code A}; its class is its address, so nobody writes one.
 *
 * @param <A> what the answerer gives back: a record as well
 */
public interface Ask<A> {}
