package io.aetherkeep.redis.store;

import io.aetherkeep.redis.RedisLine;
import io.aetherkeep.redis.RedisTypes;
import io.aetherkeep.redis.script.RedisScript;
import io.aetherkeep.redis.script.RedisTime;
import io.vertx.core.Future;
import io.vertx.redis.client.Response;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Things that are due at some time, in a sorted set that all nodes share: one claims what is due
 * for as long as a lease lasts, and what a node claimed that died is claimed again.
 */
public final class RedisDue {

  private static final RedisScript CLAIM = RedisScript.timed(RedisDue.class, "claim.lua");
  private static final RedisScript SETTLE = RedisScript.beside(RedisDue.class, "settle.lua");
  private static final RedisScript DUE = RedisScript.timed(RedisDue.class, "due.lua");
  private static final RedisScript LATER = RedisScript.timed(RedisDue.class, "later.lua");

  /** Long enough for a batch, short enough that a dead node's batch is taken over soon. */
  private static final Duration LEASE = Duration.ofSeconds(30);

  /** A thing's next time when there is none. */
  public static final long NEVER = -1;

  private final RedisLine line;
  private final String index;
  private final RedisTime time;
  private final Duration lease;

  public RedisDue(RedisLine line, String index, RedisTime time) {
    this(line, index, time, LEASE);
  }

  /** An index whose claims last for another time: until then a dead node's are nobody's. */
  public RedisDue(RedisLine line, String index, RedisTime time, Duration lease) {
    this.line = line;
    this.index = index;
    this.time = time;
    this.lease = lease;
  }

  private RedisScript.Call call() {
    return RedisScript.call().key(index).arg(time);
  }

  private Future<Response> run(RedisScript script, RedisScript.Call call) {
    return RedisTypes.healed(line, List.of(index), () -> line.run(script, call));
  }

  /** What was claimed, when, and until when, by Redis's time. */
  record Claim(List<String> ids, long now, long until) {}

  /** Work on one thing that is due. */
  public interface Work {

    /** Does it; completes with the time it is due next, by Redis's time, or {@link #NEVER}. */
    Future<Long> run(String id, long now);
  }

  /**
   * Works off all that is due, so many things at a time. A thing whose work fails is claimed again
   * when its claim's lease is over.
   */
  public Future<Void> work(int together, Work work) {
    return claim(together)
        .compose(
            claim ->
                workOff(claim, work)
                    .compose(
                        done ->
                            claim.ids().size() < together
                                ? Future.succeededFuture()
                                : work(together, work)));
  }

  private Future<Void> workOff(Claim claim, Work work) {
    Map<String, Long> next = new HashMap<>();
    List<Future<Long>> all =
        claim.ids().stream()
            .map(id -> work.run(id, claim.now()).onSuccess(at -> next.put(id, at)))
            .toList();
    return all.isEmpty()
        ? Future.succeededFuture()
        : Future.join(all).transform(done -> settle(claim, next));
  }

  /** Takes what is due. */
  Future<Claim> claim(int most) {
    return run(CLAIM, call().arg(lease.toMillis()).arg(most))
        .map(
            reply -> {
              long now = reply.get(0).toLong();
              List<String> ids = reply.get(1).stream().map(Response::toString).toList();
              return new Claim(ids, now, now + lease.toMillis());
            });
  }

  /** Gives back what was claimed: when each is due next, by Redis's time, or {@link #NEVER}. */
  Future<Void> settle(Claim claim, Map<String, Long> next) {
    if (next.isEmpty()) {
      return Future.succeededFuture();
    }
    RedisScript.Call call = RedisScript.call().key(index).arg(claim.until());
    next.forEach((id, at) -> call.arg(id).arg(at == NEVER ? "" : Long.toString(at)));
    return run(SETTLE, call).mapEmpty();
  }

  /** Has things due in so many ms. */
  public Future<Void> in(Map<String, Long> millis) {
    return in("any", millis);
  }

  /** Has a thing due in so many ms, unless it is due sooner. */
  public Future<Void> soon(String id, long millis) {
    return in("LT", Map.of(id, millis));
  }

  /** Has a thing due in so many ms, unless it is due at some time already. */
  public Future<Void> once(String id, long millis) {
    return in("NX", Map.of(id, millis));
  }

  private Future<Void> in(String how, Map<String, Long> millis) {
    if (millis.isEmpty()) {
      return Future.succeededFuture();
    }
    RedisScript.Call call = call().arg(how);
    millis.forEach((id, after) -> call.arg(after).arg(id));
    return run(DUE, call).mapEmpty();
  }

  /** How many are not due yet. */
  public Future<Long> later() {
    return run(LATER, call()).map(Response::toLong);
  }
}
