package io.aetherkeep.redis;

import io.vertx.core.Future;
import io.vertx.redis.client.Response;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;

/**
 * Things that are due at some time, in a sorted set that all nodes share: one claims what is due
 * for as long as a lease lasts, and what a node claimed that died is claimed again.
 */
public final class RedisDue {

  private static final RedisScript CLAIM = RedisScript.beside(RedisDue.class, "claim.lua");
  private static final RedisScript SETTLE = RedisScript.beside(RedisDue.class, "settle.lua");

  /** Long enough for a batch, short enough that a dead node's batch is taken over soon. */
  private static final Duration LEASE = Duration.ofSeconds(30);

  /** A thing's next time when there is none. */
  public static final long NEVER = -1;

  private final RedisLine line;
  private final String index;
  private final InstantSource clock;

  public RedisDue(RedisLine line, String index, InstantSource clock) {
    this.line = line;
    this.index = index;
    this.clock = clock;
  }

  /** What was claimed, and until when. */
  public record Claim(List<String> ids, long until) {}

  /** Takes what is due. */
  public Future<Claim> claim(int most) {
    long until = clock.millis() + LEASE.toMillis();
    return line.run(CLAIM, RedisScript.call().key(index).arg(clock.millis()).arg(until).arg(most))
        .map(reply -> new Claim(reply.stream().map(Response::toString).toList(), until));
  }

  /** Gives back what was claimed: when each is due next, in ms since 1970, or {@link #NEVER}. */
  public Future<Void> settle(Claim claim, Map<String, Long> next) {
    RedisScript.Call call = RedisScript.call().key(index).arg(claim.until());
    next.forEach((id, at) -> call.arg(id).arg(at == NEVER ? "" : Long.toString(at)));
    return line.run(SETTLE, call).mapEmpty();
  }
}
