package io.aetherkeep.router.access;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What a credential is for; none of them includes another. */
public enum Scope {
  READ,
  WRITE,
  /** What touches more than what it names: invalidations, configurations, decisions by hand. */
  ADMIN;

  /** The scope as it is written in credentials and documents. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The scope of this name; nothing for words that other services understand. */
  public static @Nullable Scope of(String text) {
    for (Scope scope : values()) {
      if (scope.text().equals(text)) {
        return scope;
      }
    }
    return null;
  }
}
