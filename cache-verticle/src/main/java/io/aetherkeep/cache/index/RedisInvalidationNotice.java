package io.aetherkeep.cache.index;

import io.aetherkeep.bus.RecordJson;
import io.aetherkeep.catalogue.InvalidationAsks.CacheInvalidated;
import io.aetherkeep.redis.RedisLine;
import io.aetherkeep.redis.script.RedisScript;
import io.vertx.core.Future;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Announcement of invalidations in a space's outbox, after the last removal and before the answer.
 * An invalidation without an answer is repeated by its caller, or from its promise on disk.
 */
public final class RedisInvalidationNotice implements InvalidationNotice {

  private static final RedisScript INVALIDATED =
      RedisScript.beside(RedisInvalidationNotice.class, "invalidated.lua");

  private final RedisLine line;

  public RedisInvalidationNotice(RedisLine line) {
    this.line = line;
  }

  @Override
  public Future<Void> announce(CacheInvalidated done) {
    if (!line.announces(INVALIDATED)) {
      return Future.succeededFuture();
    }
    RedisScript.Call call =
        RedisScript.call()
            .arg(done.removed())
            .event(
                "cache/" + orEmpty(done.keyspace()),
                "keyspace",
                orEmpty(done.keyspace()),
                "ids",
                done.ids() == null ? "" : json(done.ids()),
                "pattern",
                orEmpty(done.pattern()),
                "tag",
                orEmpty(done.tag()));
    return line.run(INVALIDATED, call).mapEmpty();
  }

  private static String json(Object value) {
    return new String(RecordJson.write(value), StandardCharsets.UTF_8);
  }

  private static String orEmpty(@Nullable String text) {
    return text == null ? "" : text;
  }
}
