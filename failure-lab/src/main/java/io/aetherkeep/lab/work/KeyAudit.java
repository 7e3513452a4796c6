package io.aetherkeep.lab.work;

import io.aetherkeep.catalogue.Keyspaces;
import io.aetherkeep.keyspace.Lifetime;
import io.aetherkeep.lab.cluster.RedisProbe;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Audit of all keys in Redis; it closes the connections to the databases that it is given. */
public final class KeyAudit {

  /** Prefixes of keys without expiry. */
  private static final List<String> ENDLESS =
      Keyspaces.ALL.stream()
          .filter(keyspace -> keyspace.lifetime().end() == Lifetime.End.NEVER)
          .map(keyspace -> keyspace.pattern().beginning())
          .toList();

  /** Prefix of a space that shares a cluster. */
  private static final Pattern SPACE = Pattern.compile("^lab-[a-z]+:");

  private KeyAudit() {}

  /** Expires all keys with an expiry, as would happen in hours or days. */
  public static void expireNow(List<RedisProbe> databases) {
    each(
        databases,
        (resp, key) -> {
          if (resp.number("PTTL", key) > 0) {
            resp.tell("PEXPIRE", key, "1");
          }
        });
  }

  /** Counts the keys by the first part of their names. */
  public static Map<String, Integer> kinds(List<RedisProbe> databases) {
    Map<String, Integer> kinds = new TreeMap<>();
    each(
        databases,
        (resp, key) -> kinds.merge(key.replaceFirst("(:[^:]*).*", "$1"), 1, Integer::sum));
    return kinds;
  }

  private static void each(List<RedisProbe> databases, BiConsumer<RedisProbe, String> what) {
    for (RedisProbe resp : databases) {
      try (resp) {
        all(resp).forEach(key -> what.accept(resp, key));
      }
    }
  }

  /** Returns the keys that should have an expiry and do not. */
  public static List<String> endless(List<RedisProbe> databases) {
    List<String> endless = new ArrayList<>();
    each(
        databases,
        (resp, key) -> {
          String own = SPACE.matcher(key).replaceFirst("");
          if (ENDLESS.stream().noneMatch(own::startsWith) && resp.number("PTTL", key) == -1) {
            endless.add(key + " has no end");
          }
        });
    return endless;
  }

  private static List<String> all(RedisProbe resp) {
    List<String> keys = new ArrayList<>();
    String cursor = "0";
    do {
      List<?> page = list(resp.tell("SCAN", cursor, "COUNT", "1000"));
      cursor = String.valueOf(page.get(0));
      list(page.get(1)).forEach(key -> keys.add(String.valueOf(key)));
    } while (!cursor.equals("0"));
    return keys;
  }

  private static List<?> list(@Nullable Object answer) {
    if (answer instanceof List<?> list) {
      return list;
    }
    throw new IllegalStateException("not a list: " + answer);
  }
}
