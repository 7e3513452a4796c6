package io.aetherkeep.session.search;

import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.catalogue.SessionAsks.ReadSessionKeys;
import io.aetherkeep.catalogue.SessionAsks.SessionKeys;
import io.aetherkeep.keyspace.PerSpace;
import io.aetherkeep.keyspace.Space;
import io.aetherkeep.redis.RedisAccess;
import io.aetherkeep.redis.RedisLine;
import io.aetherkeep.redis.store.RedisKeyFacts;
import io.aetherkeep.session.layout.RedisSessionKeys;
import io.aetherkeep.session.playback.RedisPlaybackKeys;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;

/** Listing of the Redis keys of one session, for operators. */
public final class SessionKeyList {

  private final PerSpace<KeysOfSpace> spaces;

  /** The keys of one space, and the line to its Redis. */
  private record KeysOfSpace(
      RedisLine line, RedisSessionKeys sessions, RedisPlaybackKeys playbacks) {

    static KeysOfSpace of(RedisAccess redis, Space space) {
      return new KeysOfSpace(
          redis.line(space), new RedisSessionKeys(space), new RedisPlaybackKeys(space));
    }

    List<String> of(String id) {
      List<String> all = new ArrayList<>(sessions.all(id));
      all.addAll(playbacks.all(id));
      return all;
    }
  }

  public SessionKeyList(RedisAccess redis) {
    this.spaces = PerSpace.each(redis.spaces(), space -> KeysOfSpace.of(redis, space));
  }

  public Future<SessionKeys> read(ReadSessionKeys ask) {
    KeysOfSpace keys = spaces.of(ask.space());
    return RedisKeyFacts.read(keys.line, keys.of(ask.id()))
        .map(
            found -> {
              if (found.isEmpty()) {
                throw Failure.of(Code.SESSION_UNKNOWN, "No session has this id");
              }
              return new SessionKeys(ask.id(), found, null);
            });
  }
}
