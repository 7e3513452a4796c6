package io.aetherkeep.bus;

/**
 * Request record that is answered with an {@code A}; its class determines its bus address.
 *
 * @param <A> type of the answer, also a record
 */
public interface Ask<A> {}
