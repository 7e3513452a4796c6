package io.aetherkeep.redis.store;

import io.aetherkeep.catalogue.Keyspaces;
import io.aetherkeep.keyspace.Digits;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Metadata of a value, in a key that is written and removed with it.
 *
 * @param lifetime the value's lifetime, null for the default
 * @param version version of the value that it was written with
 * @param label text of the writer, without a line break
 */
public record RedisNote(@Nullable Duration lifetime, String version, String label) {

  /** Encoded default lifetime. */
  public static final String USUAL = "usual";

  /** The key of a value's note, with a hash tag that puts it in the value's slot. */
  public static String keyOf(String prefix, String name) {
    return prefix + Keyspaces.NOTES.pattern().around(name);
  }

  /** Parses a note; null if the text is not one. */
  public static @Nullable RedisNote parse(String text) {
    String[] parts = text.split(" ", 3);
    if (parts.length != 3 || !(parts[0].equals(USUAL) || Digits.isNumber(parts[0], 18))) {
      return null;
    }
    Duration lifetime = parts[0].equals(USUAL) ? null : Duration.ofMillis(Long.parseLong(parts[0]));
    return new RedisNote(lifetime, parts[1], parts[2]);
  }

  /** Encodes the note. */
  public String text() {
    return (lifetime == null ? USUAL : lifetime.toMillis()) + " " + version + " " + label;
  }
}
