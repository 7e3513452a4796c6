package io.aetherkeep.health.store;

import io.aetherkeep.catalogue.LeaseAsks.HeldLease;
import io.aetherkeep.health.settings.ProviderRules;
import io.aetherkeep.redis.RedisClock;
import io.aetherkeep.redis.RedisLine;
import io.aetherkeep.redis.script.RedisScript;
import io.aetherkeep.redis.store.RedisIndex;
import io.vertx.core.Future;
import io.vertx.redis.client.Response;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Store of leases in Redis: sorted sets of reserved calls and of their tokens, by time. */
final class RedisLeases implements LeaseStore {

  private static final RedisScript RESERVE = script("record.lua", "reservations.lua", "lease.lua");
  private static final RedisScript KEEP =
      script("record.lua", "reservations.lua", "keep-lease.lua");
  private static final RedisScript LIST = script("record.lua", "list-leases.lua");
  private static final RedisScript SETTLE = script("record.lua", "settle-lease.lua");

  private final RedisLine line;
  private final ProviderKeys keys;
  private final RedisClock clock;

  RedisLeases(RedisLine line, ProviderKeys keys, RedisClock clock) {
    this.line = line;
    this.keys = keys;
    this.clock = clock;
  }

  private static RedisScript script(String... files) {
    return RedisScript.timed(RedisLeases.class, files);
  }

  private RedisScript.Call call(String id) {
    return RedisScript.call()
        .key(keys.record(id))
        .key(keys.window(id))
        .key(keys.calls(id))
        .key(keys.tokens(id))
        .arg(clock);
  }

  @Override
  public Future<Reservation> reserve(
      String id, ProviderRules rules, String lease, long tokens, Held held) {
    return line.run(
            RESERVE,
            call(id)
                .arg(lease)
                .arg(tokens)
                .arg(rules.requestsAMinute())
                .arg(rules.tokensAMinute())
                .arg(held.counted().toMillis())
                .arg(held.kept().toMillis()))
        .recover(thrown -> RedisIndex.named(thrown, keys.record(id), keys.window(id)))
        .map(
            reply ->
                new Reservation(
                    reply.get(0).toInteger() == 1,
                    reply.get(1).toLong(),
                    reply.get(2).toString().isEmpty() ? null : reply.get(2).toLong()));
  }

  @Override
  public Future<Boolean> keep(String id, String lease, Duration kept) {
    return line.run(KEEP, call(id).arg(lease).arg(kept.toMillis()))
        .map(reply -> reply.toInteger() == 1);
  }

  @Override
  public Future<Reserved> list(String id, int most) {
    return line.read(LIST, call(id).arg(most))
        .recover(thrown -> RedisIndex.named(thrown, keys.record(id), keys.window(id)))
        .map(RedisLeases::reserved);
  }

  private static Reserved reserved(Response reply) {
    List<HeldLease> items = new ArrayList<>();
    for (int i = 2; i < reply.size(); i += 4) {
      items.add(
          new HeldLease(
              reply.get(i).toString(),
              reply.get(i + 1).toLong(),
              IsoTime.format(Instant.ofEpochMilli(reply.get(i + 2).toLong())),
              reply.get(i + 3).toInteger() == 1));
    }
    return new Reserved(reply.get(0).toLong(), reply.get(1).toLong(), List.copyOf(items));
  }

  @Override
  public Future<Void> settle(String id, String lease, @Nullable Long tokens) {
    String used = tokens == null ? "" : Long.toString(tokens);
    return line.run(SETTLE, call(id).arg(lease).arg(used)).mapEmpty();
  }
}
