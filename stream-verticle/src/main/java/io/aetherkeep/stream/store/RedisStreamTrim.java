package io.aetherkeep.stream.store;

import io.aetherkeep.redis.RedisLine;
import io.aetherkeep.redis.script.RedisScript;
import io.aetherkeep.stream.settings.StreamSettings.Bounds;
import io.vertx.core.Future;

/** Removal of the oldest bytes of full streams, in one space. */
public final class RedisStreamTrim {

  private static final RedisScript TRIM =
      RedisScript.repairing(RedisStreamTrim.class, "chunk.lua", "stream.lua", "trim.lua");

  private final RedisLine line;
  private final StreamKeys keys;
  private final Bounds bounds;

  public RedisStreamTrim(RedisLine line, StreamKeys keys, Bounds bounds) {
    this.line = line;
    this.keys = keys;
    this.bounds = bounds;
  }

  /** Removes the oldest bytes of a stream, about half of the maximum size of a stream. */
  public Future<Void> trim(String path) {
    return line.run(TRIM, keys.call(path).arg(bounds.maxStreamBytes())).mapEmpty();
  }
}
