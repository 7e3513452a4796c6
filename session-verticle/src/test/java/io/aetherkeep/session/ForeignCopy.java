package io.aetherkeep.session;

import io.aetherkeep.testing.ForeignClient;

/** Writer of the keys that a dead node leaves of the rotation of {@code s1} to {@code fresh}. */
final class ForeignCopy {

  private ForeignCopy() {}

  static void of(ForeignClient redis, String prefix, long now) {
    String old = prefix + "session:s1";
    String fresh = prefix + "session:fresh";
    String facts = prefix + "facts:{" + fresh + "}";
    String index = prefix + "index:user-sessions:u1";
    String order = prefix + "order:{" + index + "}";
    String number = Long.toString(now * 1000 + 500);
    redis.send("ZADD", index, now + 600_000, "fresh");
    redis.send("ZADD", order, number, "fresh");
    redis.send("ZADD", prefix + "index:sessions", now + 5000, "fresh");
    redis.send("COPY", old, fresh);
    redis.send("HSET", facts, "user", "u1", "from", "s1", "number", number);
    redis.send("PEXPIRE", facts, 4_000_000);
  }
}
