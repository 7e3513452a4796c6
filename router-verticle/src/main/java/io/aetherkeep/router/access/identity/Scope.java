package io.aetherkeep.router.access.identity;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Scope of a credential; no scope includes another. */
public enum Scope {
  READ,
  WRITE,
  /**
   * Operations that affect more than what they name: invalidations, configurations, manual
   * overrides.
   */
  ADMIN;

  /** Returns the scope's name in credentials and documents. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Returns the scope of a name, or null for names of other services. */
  public static @Nullable Scope of(String text) {
    for (Scope scope : values()) {
      if (scope.text().equals(text)) {
        return scope;
      }
    }
    return null;
  }
}
