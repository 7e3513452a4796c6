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
 * Due list: a sorted set of deadlines that all nodes share. A node claims due entries for the
 * length of a lease; entries that a dead node claimed become due again.
 */
public final class RedisDue {

  private static final RedisScript CLAIM = RedisScript.timed(RedisDue.class, "claim.lua");
  private static final RedisScript SETTLE = RedisScript.beside(RedisDue.class, "settle.lua");
  private static final RedisScript DUE = RedisScript.timed(RedisDue.class, "due.lua");
  private static final RedisScript LATER = RedisScript.timed(RedisDue.class, "later.lua");

  /**
   * Length of a lease: enough for a batch, and short enough that a dead node's entries are soon
   * taken over.
   */
  private static final Duration LEASE = Duration.ofSeconds(30);

  /** Next time of an entry that is done. */
  public static final long NEVER = -1;

  private final RedisLine line;
  private final String index;
  private final RedisTime time;
  private final Duration lease;

  public RedisDue(RedisLine line, String index, RedisTime time) {
    this(line, index, time, LEASE);
  }

  /** Creates a list with leases of another length. */
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

  /** Claimed entries, with the time of the claim and the end of its lease, by Redis's time. */
  record Claim(List<String> ids, long now, long until) {}

  /** Work on one due entry. */
  public interface Work {

    /** Handles it; completes with its next time, by Redis's time, or {@link #NEVER}. */
    Future<Long> run(String id, long now);
  }

  /**
   * Handles all due entries, in batches. An entry whose work fails becomes due again when its lease
   * expires.
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

  /** Claims due entries. */
  Future<Claim> claim(int most) {
    return run(CLAIM, call().arg(lease.toMillis()).arg(most))
        .map(
            reply -> {
              long now = reply.get(0).toLong();
              List<String> ids = reply.get(1).stream().map(Response::toString).toList();
              return new Claim(ids, now, now + lease.toMillis());
            });
  }

  /** Returns claimed entries: when each is due next, by Redis's time, or {@link #NEVER}. */
  Future<Void> settle(Claim claim, Map<String, Long> next) {
    if (next.isEmpty()) {
      return Future.succeededFuture();
    }
    RedisScript.Call call = RedisScript.call().key(index).arg(claim.until());
    next.forEach((id, at) -> call.arg(id).arg(at == NEVER ? "" : Long.toString(at)));
    return run(SETTLE, call).mapEmpty();
  }

  /** Makes entries due in so many ms. */
  public Future<Void> in(Map<String, Long> millis) {
    return in("any", millis);
  }

  /** Makes an entry due in so many ms, unless it is due sooner. */
  public Future<Void> soon(String id, long millis) {
    return in("LT", Map.of(id, millis));
  }

  /** Makes an entry due in so many ms, unless it is in the list already. */
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

  /** The number of entries that are not due yet. */
  public Future<Long> later() {
    return run(LATER, call()).map(Response::toLong);
  }
}
