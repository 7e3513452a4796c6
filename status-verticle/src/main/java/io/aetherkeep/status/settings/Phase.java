package io.aetherkeep.status.settings;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Phase of an attempt: running, done, or ended without success (failed or cancelled). */
public enum Phase {
  RUNNING,
  DONE,
  FAILED;

  public static Phase of(String text) {
    return valueOf(text.toUpperCase(Locale.ROOT));
  }

  /** True for a failure, else null: messages name it only then. */
  public @Nullable Boolean failed() {
    return this == FAILED ? true : null;
  }

  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }
}
