package io.aetherkeep.status.store;

import org.jspecify.annotations.Nullable;

/**
 * Outcome of a write.
 *
 * @param created whether no status existed before
 * @param run the attempt after the write
 */
public record Outcome(Verdict verdict, boolean created, @Nullable Attempt run) {

  /** Verdict of the script. */
  public enum Verdict {
    CHANGED,
    /** The same status is stored already. */
    SAME,
    /** The attempt has ended. */
    FINAL,
    /** A newer attempt has started. */
    STALE,
    /** The step or progress goes back. */
    BEHIND,
    /** Another service has written in between; its status must be recorded first. */
    FOREIGN,
    /** The status to record has been replaced, or the status to restore exists. */
    MOVED
  }
}
