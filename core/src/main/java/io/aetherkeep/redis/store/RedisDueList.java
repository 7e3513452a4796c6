package io.aetherkeep.redis.store;

import io.aetherkeep.redis.RedisLine;
import io.aetherkeep.redis.RedisTypes;
import io.aetherkeep.redis.script.RedisScript;
import io.aetherkeep.redis.script.RedisTime;
import io.vertx.core.Future;
import io.vertx.redis.client.Response;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Due list: a sorted set of deadlines that all nodes share. A node claims due entries for the
 * length of a lease; entries that a dead node claimed become due again.
 */
public final class RedisDueList {

  private static final RedisScript CLAIM = RedisScript.timed(RedisDueList.class, "claim.lua");
  private static final RedisScript SETTLE = RedisScript.beside(RedisDueList.class, "settle.lua");
  private static final RedisScript DUE = RedisScript.timed(RedisDueList.class, "due.lua");
  private static final RedisScript LATER = RedisScript.timed(RedisDueList.class, "later.lua");

  /**
   * Length of a lease: long enough for a batch, and short enough that another node soon takes over
   * the entries of a dead one.
   */
  private static final Duration LEASE = Duration.ofSeconds(30);

  /** Next due time of an entry that is done. */
  public static final long NEVER = -1;

  private final RedisLine line;
  private final RedisIndexParts parts;
  private final RedisTime time;
  private final Duration lease;

  /** An index that stays small, under one key. */
  public RedisDueList(RedisLine line, String index, RedisTime time) {
    this(line, RedisIndexParts.whole(line, index), time);
  }

  /** An index that stays small, with leases of another length. */
  public RedisDueList(RedisLine line, String index, RedisTime time, Duration lease) {
    this(line, RedisIndexParts.whole(line, index), time, lease);
  }

  public RedisDueList(RedisLine line, RedisIndexParts parts, RedisTime time) {
    this(line, parts, time, LEASE);
  }

  /** Creates a list with leases of another length. */
  public RedisDueList(RedisLine line, RedisIndexParts parts, RedisTime time, Duration lease) {
    this.line = line;
    this.parts = parts;
    this.time = time;
    this.lease = lease;
  }

  private RedisScript.Call call(String part) {
    return RedisScript.call().key(part).arg(time);
  }

  private Future<Response> run(String part, RedisScript script, RedisScript.Call call) {
    return RedisTypes.healed(line, List.of(part), () -> line.run(script, call));
  }

  /**
   * Claimed entries of a part, with the time of the claim and the end of its lease, by Redis's
   * clock.
   */
  record Claim(String part, List<String> ids, long now, long until) {}

  /** Work on one due entry. */
  public interface Work {

    /** Handles the entry; completes with its next due time, by Redis's clock, or {@link #NEVER}. */
    Future<Long> run(String id, long now);
  }

  /** Work on entries that have left the list. */
  public interface Cleanup {

    Future<?> run(List<String> ids);
  }

  /**
   * Handles all due entries, in batches. An entry whose work fails becomes due again when its lease
   * expires.
   */
  public Future<Void> work(int together, Work work) {
    return work(together, work, ids -> Future.succeededFuture());
  }

  /** Handles all due entries, and cleans up after those that are done and have left the list. */
  public Future<Void> work(int together, Work work, Cleanup cleanup) {
    Future<Void> worked = parts.gather();
    for (String part : parts.all()) {
      worked = alsoIfFailed(worked, () -> work(part, together, work, cleanup));
    }
    return worked;
  }

  /**
   * Runs the next step even if the one before failed: a part whose master is unavailable does not
   * block the others.
   */
  private static Future<Void> alsoIfFailed(Future<Void> before, Supplier<Future<Void>> next) {
    return before.transform(
        done -> next.get().compose(all -> done.failed() ? before : Future.<Void>succeededFuture()));
  }

  private Future<Void> work(String part, int together, Work work, Cleanup cleanup) {
    return claim(part, together)
        .compose(
            claim ->
                runClaimed(claim, work, cleanup)
                    .compose(
                        done ->
                            claim.ids().size() < together
                                ? Future.succeededFuture()
                                : work(part, together, work, cleanup)));
  }

  private Future<Void> runClaimed(Claim claim, Work work, Cleanup cleanup) {
    Map<String, Long> next = new HashMap<>();
    List<Future<Long>> all =
        claim.ids().stream()
            .map(id -> run(work, id, claim.now()).onSuccess(at -> next.put(id, at)))
            .toList();
    return all.isEmpty()
        ? Future.succeededFuture()
        : Future.join(all)
            .transform(done -> settle(claim, next))
            .compose(settled -> cleanup(next, cleanup));
  }

  /** Handles an entry. An exception fails this entry alone, not the others of its batch. */
  private static Future<Long> run(Work work, String id, long now) {
    try {
      return work.run(id, now);
    } catch (RuntimeException e) {
      return Future.failedFuture(e);
    }
  }

  private static Future<Void> cleanup(Map<String, Long> next, Cleanup cleanup) {
    List<String> done =
        next.entrySet().stream()
            .filter(entry -> entry.getValue() == NEVER)
            .map(Map.Entry::getKey)
            .toList();
    return done.isEmpty() ? Future.succeededFuture() : cleanup.run(done).mapEmpty();
  }

  /** Claims due entries of the first part. */
  Future<Claim> claim(int most) {
    return claim(parts.all().get(0), most);
  }

  private Future<Claim> claim(String part, int most) {
    return run(part, CLAIM, call(part).arg(lease.toMillis()).arg(most))
        .map(
            reply -> {
              long now = reply.get(0).toLong();
              List<String> ids = reply.get(1).stream().map(Response::toString).toList();
              return new Claim(part, ids, now, now + lease.toMillis());
            });
  }

  /** Returns claimed entries, each with its next due time, by Redis's clock, or {@link #NEVER}. */
  Future<Void> settle(Claim claim, Map<String, Long> next) {
    if (next.isEmpty()) {
      return Future.succeededFuture();
    }
    RedisScript.Call call = RedisScript.call().key(claim.part()).arg(claim.until());
    next.forEach((id, at) -> call.arg(id).arg(at == NEVER ? "" : Long.toString(at)));
    return run(claim.part(), SETTLE, call).mapEmpty();
  }

  /** Makes entries due after a delay in ms. */
  public Future<Void> in(Map<String, Long> millis) {
    return in("any", millis);
  }

  /** Makes an entry due after a delay in ms, unless it is due sooner. */
  public Future<Void> soon(String id, long millis) {
    return in("LT", Map.of(id, millis));
  }

  /** Makes an entry due after a delay in ms, unless it is already in the list. */
  public Future<Void> once(String id, long millis) {
    return in("NX", Map.of(id, millis));
  }

  private Future<Void> in(String how, Map<String, Long> millis) {
    List<Future<?>> added = new ArrayList<>();
    parts
        .by(millis.keySet())
        .forEach(
            (part, ids) -> {
              RedisScript.Call call = call(part).arg(how);
              ids.forEach(id -> call.arg(millis.getOrDefault(id, 0L)).arg(id));
              added.add(run(part, DUE, call));
            });
    return Future.all(added).mapEmpty();
  }

  /** The number of entries that are not due yet. */
  public Future<Long> later() {
    List<Future<Long>> counts =
        parts.all().stream()
            .map(part -> run(part, LATER, call(part)).map(Response::toLong))
            .toList();
    return Future.all(counts).map(all -> counts.stream().mapToLong(Future::result).sum());
  }
}
