package io.aetherkeep.status.store;

import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.redis.RedisClock;
import io.aetherkeep.redis.RedisLine;
import io.aetherkeep.redis.script.RedisScript;
import io.aetherkeep.redis.store.RedisDueList;
import io.aetherkeep.redis.store.RedisIndex;
import io.aetherkeep.redis.store.RedisIndexParts;
import io.aetherkeep.status.settings.StatusKind;
import io.aetherkeep.status.store.StatusStore.Page;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Index of running work in a space: for each kind a sorted set of ids by the time of the next
 * check.
 */
final class RedisRunningIndex {

  /** Statuses read at once; each can be large. */
  private static final int BATCH = 10;

  /** Bits of a cursor for the position within a part; the higher bits number the part. */
  private static final int OWN_BITS = 54;

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

  private static long number(String cursor) {
    try {
      return Long.parseUnsignedLong(cursor);
    } catch (NumberFormatException e) {
      throw Failure.of(Code.INVALID_PARAMETER, "The cursor is not one that this server returned");
    }
  }

  /**
   * Reads a page. In a partitioned index, the highest bits of the cursor number the part, and a
   * page that a part cannot fill continues in the next one.
   */
  Future<Page> page(StatusKind kind, String cursor, int about) {
    List<String> parts = parts(kind).all();
    return parts.size() == 1
        ? page(parts.get(0), Long.toUnsignedString(number(cursor)), about)
        : page(parts, number(cursor), about);
  }

  private Future<Page> page(List<String> parts, long at, int about) {
    int place = (int) (at >>> OWN_BITS);
    if (place >= parts.size()) {
      return Future.succeededFuture(new Page(List.of(), "0"));
    }
    String own = Long.toString(at & ((1L << OWN_BITS) - 1));
    return page(parts.get(place), own, about)
        .compose(
            found -> {
              String next = next(found.next(), place, parts.size());
              int missing = about - found.ids().size();
              return missing <= 0 || next.equals("0")
                  ? Future.succeededFuture(new Page(found.ids(), next))
                  : page(parts, number(next), missing)
                      .map(more -> new Page(both(found.ids(), more.ids()), more.next()));
            });
  }

  private static List<String> both(List<String> ids, List<String> more) {
    return Stream.concat(ids.stream(), more.stream()).toList();
  }

  private static String next(String own, int place, int parts) {
    if (own.equals("0") && place + 1 == parts) {
      return own;
    }
    return own.equals("0")
        ? Long.toUnsignedString((place + 1L) << OWN_BITS)
        : Long.toUnsignedString((long) place << OWN_BITS | number(own));
  }

  private Future<Page> page(String index, String cursor, int about) {
    Request scan = Request.cmd(Command.ZSCAN).arg(index).arg(cursor).arg("COUNT").arg(about);
    return RedisIndex.sortedSet(line, index)
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

  private RedisIndexParts parts(StatusKind kind) {
    return RedisIndexParts.of(line, keys.underway(kind));
  }

  /** Handles the due entries of a kind. */
  Future<Void> work(StatusKind kind, RedisDueList.Work work) {
    return due(kind).work(BATCH, work);
  }

  private RedisDueList due(StatusKind kind) {
    return new RedisDueList(line, parts(kind), clock);
  }

  Future<Void> markAnnounced(StatusKind kind, String id, String offset) {
    return line.run(MARK_ANNOUNCED, RedisScript.call().key(keys.run(kind, id)).arg(offset))
        .mapEmpty();
  }
}
