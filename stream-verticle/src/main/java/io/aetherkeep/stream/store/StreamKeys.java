package io.aetherkeep.stream.store;

import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.catalogue.Keyspaces;
import io.aetherkeep.keyspace.Space;
import io.aetherkeep.redis.script.RedisScript;

/** Keys and channels of a space's streams. All keys of a stream are in one slot. */
public record StreamKeys(Space space, int database) {

  /** Starts a call of a script that begins with {@code stream.lua}. */
  RedisScript.Call call(String path) {
    String stream = stream(path);
    return RedisScript.call()
        .key(stream)
        // The prefix of all chunks' keys, in the same slot.
        .key(around(Keyspaces.STREAM_CHUNKS.pattern().beginning(), stream) + ":")
        .key(around(Keyspaces.STREAM_PRODUCERS.pattern().beginning(), stream))
        .key(around(Keyspaces.STREAM_FORKS.pattern().beginning(), stream));
  }

  /** Adds the prefixes of a stream's keys and of its channel. */
  RedisScript.Call beginnings(RedisScript.Call call) {
    return call.arg(space.prefix() + Keyspaces.STREAM_CHUNKS.pattern().beginning())
        .arg(space.prefix() + Keyspaces.STREAM_PRODUCERS.pattern().beginning())
        .arg(space.prefix() + Keyspaces.STREAM_FORKS.pattern().beginning())
        .arg(space.prefix() + Keyspaces.STREAMS.pattern().beginning())
        .arg(channel(""));
  }

  String stream(String path) {
    return space.prefix() + unprefixed(path);
  }

  private static String unprefixed(String path) {
    if (path.indexOf('{') >= 0 || path.indexOf('}') >= 0) {
      throw Failure.of(
          Code.INVALID_ID, "The path contains a brace, which is not allowed in stream paths");
    }
    return Keyspaces.STREAMS.key(path).text();
  }

  /**
   * Refuses a path that no stream can have. Operations call it before their first command, because
   * indexes, links and forks store a path without a check.
   */
  public static void requirePath(String path) {
    unprefixed(path);
  }

  /** Whether a stream can have this path. */
  public static boolean isPath(String path) {
    try {
      requirePath(path);
      return true;
    } catch (Failure invalid) {
      return false;
    }
  }

  private String around(String beginning, String stream) {
    return space.prefix() + beginning + stream + "}";
  }

  public String due() {
    return space.prefix() + Keyspaces.STREAMS_DUE.key().text();
  }

  /**
   * The channel of a stream. Channels span databases, so its name contains the database's number.
   */
  public String channel(String path) {
    return space.prefix() + "changes:stream:" + database + ":" + path;
  }
}
