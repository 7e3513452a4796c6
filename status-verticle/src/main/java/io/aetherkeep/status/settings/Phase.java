package io.aetherkeep.status.settings;

import java.util.Locale;

/** Whether something goes on, and how it ended. */
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
