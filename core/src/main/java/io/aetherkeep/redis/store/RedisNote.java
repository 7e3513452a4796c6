package io.aetherkeep.redis.store;

import io.aetherkeep.catalogue.Keyspaces;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What is noted beside a value, in a key that is written and removed in the same step.
 *
 * @param lifetime the one the value was given, where it was not the usual one
 * @param version of the value that it was written with
 * @param label what the writer wanted noted: words without a line break
 */
public record RedisNote(@Nullable Duration lifetime, String version, String label) {

  /** That the lifetime is the usual one. */
  public static final String USUAL = "usual";

  /** The key of the note beside a key; the braces put it in that key's slot of a cluster. */
  public static String keyOf(String prefix, String name) {
    return prefix + Keyspaces.NOTES.pattern().around(name);
  }

  /** The note in a text; null where it is none of ours. */
  public static @Nullable RedisNote parse(String text) {
    String[] parts = text.split(" ", 3);
    if (parts.length != 3 || !(parts[0].equals(USUAL) || parts[0].matches("[0-9]{1,18}"))) {
      return null;
    }
    Duration lifetime = parts[0].equals(USUAL) ? null : Duration.ofMillis(Long.parseLong(parts[0]));
    return new RedisNote(lifetime, parts[1], parts[2]);
  }

  /** As it stands in Redis. */
  public String text() {
    return (lifetime == null ? USUAL : lifetime.toMillis()) + " " + version + " " + label;
  }
}
