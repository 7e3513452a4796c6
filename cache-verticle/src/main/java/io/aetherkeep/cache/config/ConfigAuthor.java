package io.aetherkeep.cache.config;

import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import org.jspecify.annotations.Nullable;

/**
 * Author of a change.
 *
 * @param name the credential's
 * @param claim who is said to be behind it, which nobody checked
 */
record ConfigAuthor(String name, @Nullable String claim) {

  /** Stands between the two where they are stored; neither has a control character in it. */
  private static final String CLAIM = "\t";

  private static final int LONGEST = 128;

  static ConfigAuthor of(@Nullable String name, @Nullable String claim) {
    String visible = visible(name);
    return new ConfigAuthor(visible == null ? "anonymous" : visible, visible(claim));
  }

  private static @Nullable String visible(@Nullable String name) {
    if (name == null || name.isBlank()) {
      return null;
    }
    if (name.length() > LONGEST || name.chars().anyMatch(Character::isISOControl)) {
      throw Failure.of(
          Code.INVALID_HEADER, "An author has at most " + LONGEST + " visible characters");
    }
    return name;
  }

  /** What is stored of it. */
  String text() {
    return claim == null ? name : name + CLAIM + claim;
  }

  static ConfigAuthor stored(String text) {
    int claim = text.indexOf(CLAIM);
    return claim < 0
        ? new ConfigAuthor(text, null)
        : new ConfigAuthor(text.substring(0, claim), text.substring(claim + CLAIM.length()));
  }
}
