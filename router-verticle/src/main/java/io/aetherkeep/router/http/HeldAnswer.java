package io.aetherkeep.router.http;

/** Answer that is held back until something changes: a stream of events, or a long poll. */
public interface HeldAnswer {

  /** Ends it, for its credential has ended. */
  void gone(Throwable why);

  /**
   * Runs a task once what it waits for has been read the first time, and so costs nothing until it
   * changes. An answer whose head is sent then needs no more than that.
   */
  default void whenBegun(Runnable task) {}
}
