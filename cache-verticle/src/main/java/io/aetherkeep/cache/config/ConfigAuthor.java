package io.aetherkeep.cache.config;

import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import org.jspecify.annotations.Nullable;

/**
 * Author of a configuration change.
 *
 * @param name name of the credential
 * @param claim person on whose behalf the client says it acts; not verified
 */
record ConfigAuthor(String name, @Nullable String claim) {

  /** Separates name and claim in stored text; neither contains a control character. */
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
          Code.INVALID_HEADER, "The author must have at most " + LONGEST + " visible characters");
    }
    return name;
  }

  /** The stored form. */
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
