package io.aetherkeep.router.http;

/** Answer that is held open until something changes: a stream of events, or a long poll. */
public interface HeldResponse {

  /** Ends the answer because its credential has ended. */
  void fail(Throwable reason);

  /**
   * Runs a task once the answer's first read is done, because the answer costs nothing from then on
   * until a change. An answer whose head is already sent need not implement this.
   */
  default void whenBegun(Runnable task) {}
}
