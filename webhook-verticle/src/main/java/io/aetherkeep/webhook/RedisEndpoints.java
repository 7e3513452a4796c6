package io.aetherkeep.webhook;

import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.catalogue.Keyspaces;
import io.aetherkeep.keyspace.Space;
import io.aetherkeep.redis.RedisLine;
import io.aetherkeep.redis.script.RedisScript;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Webhook endpoints of a space in Redis: a hash that every node reads. */
final class RedisEndpoints {

  private static final RedisScript SWAP =
      RedisScript.repairing(RedisEndpoints.class, "swap-endpoint.lua");

  private static final System.Logger LOG = System.getLogger(RedisEndpoints.class.getName());

  private static final int MOST = 100;

  /** Limit of attempts of one change: each that fails is one that another request won. */
  private static final int MOST_SWAPS = 100;

  private final RedisLine line;
  private final String key;

  RedisEndpoints(RedisLine line, Space space) {
    this.line = line;
    this.key = space.prefix() + Keyspaces.WEBHOOKS.key().text();
  }

  /** Returns all endpoints, the oldest first; skips unreadable ones. */
  Future<List<Endpoint>> all() {
    return line.send(Request.cmd(Command.HVALS).arg(key))
        .map(
            reply -> {
              List<Endpoint> all = new ArrayList<>();
              reply.forEach(value -> read(value).ifPresent(all::add));
              all.sort(Comparator.comparingLong(Endpoint::created).thenComparing(Endpoint::id));
              return all;
            });
  }

  private static Optional<Endpoint> read(@Nullable Response value) {
    try {
      return value == null
          ? Optional.empty()
          : Optional.of(Endpoint.of(value.toBuffer().getBytes()));
    } catch (RuntimeException e) {
      LOG.log(System.Logger.Level.WARNING, "A stored webhook cannot be read and is ignored");
      return Optional.empty();
    }
  }

  Future<Optional<Endpoint>> find(String id) {
    return stored(id).map(RedisEndpoints::read);
  }

  private Future<@Nullable Response> stored(String id) {
    return line.send(Request.cmd(Command.HGET).arg(key).arg(id));
  }

  /**
   * Changes or removes an endpoint by compare-and-set, again after each concurrent change.
   *
   * @param change returns the new endpoint, or nothing to remove it
   * @return the new endpoint, or the removed one; nothing if there is none of this id
   */
  Future<Optional<Endpoint>> change(String id, Function<Endpoint, Optional<Endpoint>> change) {
    return change(id, change, MOST_SWAPS);
  }

  private Future<Optional<Endpoint>> change(
      String id, Function<Endpoint, Optional<Endpoint>> change, int swaps) {
    if (swaps == 0) {
      return Future.failedFuture(
          Failure.of(Code.OVERLOADED, "Too many requests change this webhook at the same time"));
    }
    return stored(id)
        .compose(
            stored -> {
              Optional<Endpoint> found = read(stored);
              if (stored == null || found.isEmpty()) {
                return Future.succeededFuture(found);
              }
              Endpoint before = found.get();
              Optional<Endpoint> now = change.apply(before);
              // The stored bytes: JSON that was edited by hand differs from what is written here.
              return swap(id, stored.toBuffer(), now.map(Endpoint::json).orElse(""))
                  .compose(
                      swap ->
                          swap == Swap.DONE
                              ? Future.succeededFuture(Optional.of(now.orElse(before)))
                              : change(id, change, swaps - 1));
            });
  }

  /** Result of a compare-and-set. */
  enum Swap {
    DONE,
    OVERTAKEN,
    TOO_MANY
  }

  /** Creates an endpoint, unless there is one of its id. */
  Future<Swap> create(Endpoint fresh) {
    return swap(fresh.id(), Buffer.buffer(), fresh.json());
  }

  private Future<Swap> swap(String id, Buffer before, String now) {
    return line.run(SWAP, RedisScript.call().key(key).arg(id).arg(before).arg(now).arg(MOST))
        .map(
            reply ->
                switch (reply.toInteger()) {
                  case 1 -> Swap.DONE;
                  case -1 -> Swap.TOO_MANY;
                  default -> Swap.OVERTAKEN;
                });
  }
}
