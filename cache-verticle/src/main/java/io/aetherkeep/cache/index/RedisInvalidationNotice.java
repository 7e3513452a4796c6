package io.aetherkeep.cache.index;

import io.aetherkeep.bus.RecordJson;
import io.aetherkeep.catalogue.InvalidationAsks.CacheInvalidated;
import io.aetherkeep.redis.RedisLine;
import io.aetherkeep.redis.script.RedisScript;
import io.vertx.core.Future;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Notice of invalidations in a space's outbox. It follows the last removal: an invalidation that
 * was answered has been announced, and one that was not is repeated by its caller, or by the
 * promise that was kept of it.
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
