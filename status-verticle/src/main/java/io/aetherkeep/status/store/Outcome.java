package io.aetherkeep.status.store;

import org.jspecify.annotations.Nullable;

/**
 * What a write came to.
 *
 * @param created there was no status before
 * @param run as it is now
 */
public record Outcome(Verdict verdict, boolean created, @Nullable Attempt run) {

  /** The script's word for it. */
  public enum Verdict {
    CHANGED,
    /** It is what is there already. */
    SAME,
    /** The attempt is over. */
    FINAL,
    /** A newer attempt has begun. */
    STALE,
    /** A step or a progress that has been passed. */
    BEHIND,
    /** Another service has written since, which is to be noted first. */
    FOREIGN,
    /** What was to be noted is there no longer, or something is there where nothing was. */
    MOVED
  }
}
