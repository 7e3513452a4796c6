package io.aetherkeep.status;

import java.util.Locale;

/** Whether something goes on, and how it ended. */
enum Phase {
  RUNNING,
  DONE,
  FAILED;

  static Phase of(String text) {
    return valueOf(text.toUpperCase(Locale.ROOT));
  }

  String text() {
    return name().toLowerCase(Locale.ROOT);
  }
}
