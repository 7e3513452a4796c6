package io.aetherkeep.redis.store;

import io.aetherkeep.redis.RedisLine;
import io.aetherkeep.redis.RedisTypes;
import io.aetherkeep.redis.cluster.RedisSlots;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.ResponseType;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Keys of a sorted set that indexes a whole space: one key on a server; sixteen parts on a cluster,
 * by the member's hash, so that no slot and no master holds the whole index.
 *
 * <p>On a cluster, members under the unsplit key come from a migrated server; they are moved to the
 * parts.
 */
public final class RedisIndexParts {

  private static final int COUNT = 16;
  private static final int BATCH = 500;

  /** Limit of the names that are tried: about 54 have all sixteenths of the slots. */
  private static final int MOST_NAMES = 10_000;

  /**
   * Multiplier that spreads the hashes of similar names over the four highest bits (Fibonacci
   * hashing).
   */
  private static final int GOLDEN = 0x9E3779B9;

  /** The parts of each index, which are the same on every node. */
  private static final Map<String, List<String>> SPREAD = new ConcurrentHashMap<>();

  private final RedisLine line;
  private final String index;
  private final List<String> all;
  private final RedisTurnBatch<String, Void> removals;

  private RedisIndexParts(RedisLine line, String index, List<String> all) {
    this.line = line;
    this.index = index;
    this.all = all;
    this.removals = new RedisTurnBatch<>(line, this::remove);
  }

  /** An index in parts on a cluster, or under one key on a server. */
  public static RedisIndexParts of(RedisLine line, String index) {
    return line.isCluster()
        ? new RedisIndexParts(line, index, onCluster(index))
        : whole(line, index);
  }

  /** The keys of an index on a cluster, in the order of its members' hashes. */
  public static List<String> onCluster(String index) {
    return SPREAD.computeIfAbsent(index, RedisIndexParts::spread);
  }

  /**
   * Chooses names that are each in another sixteenth of the slots, so that every master has its
   * share. A hash tag in the prefix puts all names into one slot; then the index stays whole.
   */
  private static List<String> spread(String index) {
    Map<Integer, String> parts = new TreeMap<>();
    for (int name = 0; name < MOST_NAMES && parts.size() < COUNT; name++) {
      String part = index + ":" + name;
      parts.putIfAbsent(RedisSlots.of(part) * COUNT / RedisSlots.COUNT, part);
    }
    return parts.size() < COUNT ? List.of(index) : List.copyOf(parts.values());
  }

  /** An index that stays small, under one key. */
  static RedisIndexParts whole(RedisLine line, String index) {
    return new RedisIndexParts(line, index, List.of(index));
  }

  /** All keys of the index. */
  public List<String> all() {
    return all;
  }

  /** The key that has a member. */
  public String of(String member) {
    return all.size() == 1 ? index : all.get((member.hashCode() * GOLDEN) >>> 28);
  }

  /** Members by the key that has them. */
  public Map<String, List<String>> by(Collection<String> members) {
    Map<String, List<String>> parts = new LinkedHashMap<>();
    members.forEach(
        member -> parts.computeIfAbsent(of(member), part -> new ArrayList<>()).add(member));
    return parts;
  }

  /** Removes a member, in one command with the others of this turn of the event loop. */
  public Future<Void> remove(String member) {
    return removals.add(of(member), member);
  }

  private Future<Void> remove(String part, List<String> members) {
    Request remove = Request.cmd(Command.ZREM).arg(part);
    members.forEach(remove::arg);
    return RedisTypes.healed(line, List.of(part), () -> line.send(remove)).mapEmpty();
  }

  /** Moves the members of the unsplit key to their parts. */
  Future<Void> gather() {
    if (all.size() == 1) {
      return Future.succeededFuture();
    }
    Request first = Request.cmd(Command.ZRANGE).arg(index).arg(0).arg(BATCH - 1).arg("WITHSCORES");
    return RedisTypes.healed(line, List.of(index), () -> line.send(first))
        .compose(
            found -> {
              Map<String, String> scores = scores(found);
              return scores.isEmpty() ? Future.succeededFuture() : move(scores);
            });
  }

  private Future<Void> move(Map<String, String> scores) {
    List<Future<?>> added = new ArrayList<>();
    by(scores.keySet())
        .forEach(
            (part, members) -> {
              Request add = Request.cmd(Command.ZADD).arg(part).arg("NX");
              members.forEach(member -> add.arg(scores.get(member)).arg(member));
              added.add(RedisTypes.healed(line, List.of(part), () -> line.send(add)));
            });
    Request remove = Request.cmd(Command.ZREM).arg(index);
    scores.keySet().forEach(remove::arg);
    return Future.all(added)
        .compose(done -> line.send(remove))
        .compose(removed -> scores.size() < BATCH ? Future.succeededFuture() : gather());
  }

  private static Map<String, String> scores(Response reply) {
    Map<String, String> scores = new LinkedHashMap<>();
    for (int i = 0; i < reply.size(); i++) {
      Response part = reply.get(i);
      // RESP3 has pairs where RESP2 has a flat list.
      if (part.type() == ResponseType.MULTI) {
        scores.put(part.get(0).toString(), part.get(1).toString());
      } else {
        scores.put(part.toString(), reply.get(++i).toString());
      }
    }
    return scores;
  }
}
