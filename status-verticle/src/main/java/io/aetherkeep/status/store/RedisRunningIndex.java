package io.aetherkeep.status.store;

import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.redis.RedisClock;
import io.aetherkeep.redis.RedisLine;
import io.aetherkeep.redis.script.RedisScript;
import io.aetherkeep.redis.store.RedisDue;
import io.aetherkeep.redis.store.RedisIndex;
import io.aetherkeep.status.settings.StatusKind;
import io.aetherkeep.status.store.StatusStore.Page;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.ArrayList;
import java.util.List;

/**
 * Index of running work in a space: for each kind a sorted set of ids by the time of the next
 * check.
 */
final class RedisRunningIndex {

  /** Statuses read at once; each can be large. */
  private static final int BATCH = 10;

  private static final RedisScript MARK_ANNOUNCED =
      RedisScript.beside(RedisRunningIndex.class, "mark-announced.lua");

  private final RedisLine line;
  private final RedisStatusKeys keys;
  private final RedisClock clock;

  RedisRunningIndex(RedisLine line, RedisStatusKeys keys, RedisClock clock) {
    this.line = line;
    this.keys = keys;
    this.clock = clock;
  }

  /** Redis accepts an unsigned 64-bit number, and answers anything else with an error. */
  private static String checked(String cursor) {
    try {
      return Long.toUnsignedString(Long.parseUnsignedLong(cursor));
    } catch (NumberFormatException e) {
      throw Failure.of(Code.INVALID_PARAMETER, "The cursor is not one that this server returned");
    }
  }

  Future<Page> page(StatusKind kind, String cursor, int about) {
    Request scan =
        Request.cmd(Command.ZSCAN)
            .arg(keys.underway(kind))
            .arg(checked(cursor))
            .arg("COUNT")
            .arg(about);
    return RedisIndex.sortedSet(line, keys.underway(kind))
        .read(scan)
        .map(
            reply -> {
              if (reply == null) {
                return new Page(List.of(), "0");
              }
              Response found = reply.get(1);
              List<String> ids = new ArrayList<>(found.size() / 2);
              for (int i = 0; i < found.size(); i += 2) {
                ids.add(found.get(i).toString());
              }
              return new Page(ids, reply.get(0).toString());
            });
  }

  /** Works off the entries of a kind that are due. */
  Future<Void> work(StatusKind kind, RedisDue.Work work) {
    return due(kind).work(BATCH, work);
  }

  private RedisDue due(StatusKind kind) {
    return new RedisDue(line, keys.underway(kind), clock);
  }

  Future<Void> markAnnounced(StatusKind kind, String id, String offset) {
    return line.run(MARK_ANNOUNCED, RedisScript.call().key(keys.run(kind, id)).arg(offset))
        .mapEmpty();
  }
}
