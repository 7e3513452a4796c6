package io.aetherkeep.status.settings;

import java.util.Locale;

/** Phase of an attempt: running, done, or ended without success (failed or cancelled). */
public enum Phase {
  RUNNING,
  DONE,
  FAILED;

  public static Phase of(String text) {
    return valueOf(text.toUpperCase(Locale.ROOT));
  }

  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }
}
