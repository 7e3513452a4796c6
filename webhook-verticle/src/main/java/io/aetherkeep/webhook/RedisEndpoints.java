package io.aetherkeep.webhook;

import io.aetherkeep.catalogue.Keyspaces;
import io.aetherkeep.keyspace.Space;
import io.aetherkeep.redis.RedisLine;
import io.aetherkeep.redis.script.RedisScript;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Webhook endpoints of a space in Redis: a hash that every node reads. */
final class RedisEndpoints {

  private static final RedisScript SWAP =
      RedisScript.repairing(RedisEndpoints.class, "swap-endpoint.lua");

  private static final System.Logger LOG = System.getLogger(RedisEndpoints.class.getName());

  private static final int MOST = 100;

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
    return line.send(Request.cmd(Command.HGET).arg(key).arg(id)).map(RedisEndpoints::read);
  }

  /** Result of a change. */
  enum Swap {
    DONE,
    OVERTAKEN,
    TOO_MANY
  }

  /** Replaces, creates or removes an endpoint by compare-and-set; a null new value removes it. */
  Future<Swap> swap(@Nullable Endpoint before, @Nullable Endpoint now) {
    Endpoint named = now == null ? before : now;
    return line.run(
            SWAP,
            RedisScript.call()
                .key(key)
                .arg(named == null ? "" : named.id())
                .arg(before == null ? "" : before.json())
                .arg(now == null ? "" : now.json())
                .arg(MOST))
        .map(
            reply ->
                switch (reply.toInteger()) {
                  case 1 -> Swap.DONE;
                  case -1 -> Swap.TOO_MANY;
                  default -> Swap.OVERTAKEN;
                });
  }
}
