package io.aetherkeep.status.store;

import io.aetherkeep.document.Document;
import io.aetherkeep.document.Offload;
import io.aetherkeep.redis.RedisClock;
import io.aetherkeep.redis.RedisLine;
import io.aetherkeep.redis.script.RedisScript;
import io.aetherkeep.redis.store.RedisIndexParts;
import io.aetherkeep.status.settings.Phase;
import io.aetherkeep.status.settings.StatusKind;
import io.aetherkeep.status.settings.StatusSettings;
import io.aetherkeep.status.store.Outcome.Verdict;
import io.vertx.core.Future;
import io.vertx.redis.client.Response;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Runner of the script that writes statuses.
 *
 * <p>On a single server the script also writes the feed, the index and the durations. On a cluster
 * these are in other slots: there it writes the status alone, and the others follow one by one.
 */
final class RedisUpdates {

  private static final RedisScript UPDATE =
      RedisScript.timed(RedisUpdates.class, "trail.lua", "children.lua", "update.lua");
  private static final RedisScript CANCEL =
      RedisScript.timed(RedisUpdates.class, "trail.lua", "cancel.lua");
  private static final RedisScript FOLLOW =
      RedisScript.repairing(RedisUpdates.class, "trail.lua", "follow.lua");

  private final RedisLine line;
  private final RedisStatusKeys keys;
  private final String channel;
  private final StatusSettings settings;
  private final RedisClock clock;

  /** Whether the keys turned out to be in different slots. */
  private boolean apart;

  RedisUpdates(
      RedisLine line,
      RedisStatusKeys keys,
      String channel,
      StatusSettings settings,
      RedisClock clock) {
    this.line = line;
    this.keys = keys;
    this.channel = channel;
    this.settings = settings;
    this.clock = clock;
  }

  /**
   * Arguments of one run of the script.
   *
   * @param what put, restore, or note, which records a status of another service
   */
  private record Change(
      String what,
      StatusKind kind,
      String id,
      Report report,
      String attempt,
      String source,
      StoredStatus bytes,
      Duration lifetime) {

    /**
     * Whether to publish the change; a status of another service may be no JSON, and is not
     * published.
     */
    boolean isPublished() {
      return !what.equals("note") || report.document().isJson();
    }

    boolean isPut() {
      return what.equals("put");
    }

    boolean isRestoring() {
      return what.equals("restore");
    }
  }

  Future<Outcome> put(StatusKind kind, String id, Report report, String attempt, String source) {
    return bytes(kind, report)
        .compose(
            bytes ->
                run(
                    new Change(
                        "put", kind, id, report, attempt, source, bytes, keys.lifetime(kind))));
  }

  private static Future<StoredStatus> bytes(StatusKind kind, Report report) {
    Document document = report.document();
    return Offload.run(
        kind.isHash() ? document.length() : 0, () -> StoredStatus.of(kind, document));
  }

  /** Restores a missing status, for its lifetime or a shorter one. */
  Future<Outcome> restore(StatusKind kind, String id, Report report, Duration most) {
    Duration usual = keys.lifetime(kind);
    Duration lifetime = most.isZero() || usual.compareTo(most) < 0 ? usual : most;
    return bytes(kind, report)
        .compose(
            bytes ->
                run(
                    new Change(
                        "restore", kind, id, report, StatusStore.PRESENT, "", bytes, lifetime)));
  }

  /** Records a status that another service wrote. */
  Future<Outcome> note(StatusKind kind, String id, StoredStatus bytes, Report report) {
    return run(
        new Change("note", kind, id, report, StatusStore.PRESENT, "", bytes, keys.lifetime(kind)));
  }

  private Future<Outcome> run(Change change) {
    return together(
        alone ->
            line.run(UPDATE, call(change))
                .map(RedisAttempts::outcome)
                .compose(outcome -> alone ? follow(change, outcome) : done(outcome)));
  }

  /** Runs a script with all its keys, and with those of one slot if Redis refuses the others. */
  private Future<Outcome> together(Function<Boolean, Future<Outcome>> script) {
    boolean alone = apart;
    return script
        .apply(alone)
        .recover(
            thrown -> {
              if (alone || !RedisScript.spansSlots(thrown)) {
                return Future.failedFuture(thrown);
              }
              apart = true;
              return together(script);
            });
  }

  /**
   * Records a request to cancel.
   *
   * @param run the attempt that was read
   * @param document the status that was read with it
   * @param attempt a number, or {@link StatusStore#PRESENT}
   */
  Future<Outcome> cancel(
      StatusKind kind,
      String id,
      Attempt run,
      Document document,
      String attempt,
      @Nullable String reason) {
    return together(
        alone -> {
          RedisScript.Call call =
              RedisScript.call().key(keys.status(kind, id)).key(keys.run(kind, id));
          return line.run(
                  CANCEL,
                  (alone ? call : call.key(keys.feed(kind, id)))
                      .arg(clock)
                      .arg(run.offset())
                      .arg(attempt)
                      .arg(RedisAttempts.reason(reason))
                      .arg(keys.lifetime(kind).toMillis())
                      .arg(channel)
                      .arg(kind.text())
                      .arg(id)
                      .arg(kind.keyspace().layout().redisType())
                      .arg(document.bytes()))
              .map(RedisAttempts::outcome)
              .compose(
                  outcome -> alone ? followCancel(kind, id, outcome, document) : done(outcome));
        });
  }

  private Future<Outcome> followCancel(
      StatusKind kind, String id, Outcome outcome, Document document) {
    Attempt run = outcome.run();
    return run != null && outcome.verdict() == Verdict.CHANGED
        ? feed(kind, id, run, document).transform(fed -> done(outcome))
        : done(outcome);
  }

  private static Future<Outcome> done(Outcome outcome) {
    return Future.succeededFuture(outcome);
  }

  private RedisScript.Call call(Change change) {
    Report report = change.report;
    RedisScript.Call call =
        keys(change.kind, change.id)
            .arg(clock)
            .arg(change.what)
            .arg(change.kind.keyspace().layout().redisType())
            .arg(change.lifetime.toMillis())
            .arg(settings.expiredRemembered().toMillis())
            .arg(settings.stalledAfter().toMillis())
            .arg(change.attempt)
            .arg(report.phase().text())
            .arg(text(report.rank()))
            .arg(text(report.progress()))
            .arg(change.source)
            .arg(change.isPublished() ? channel : "")
            .arg(change.kind.text())
            .arg(change.id)
            .arg(report.document().bytes())
            .event(
                "status/" + change.kind.text() + "/" + change.id,
                "kind",
                change.kind.text(),
                "id",
                change.id);
    change.bytes.parts().forEach(call::arg);
    return call;
  }

  private RedisScript.Call keys(StatusKind kind, String id) {
    // Throws for an id with a colon, which no feed key allows, before anything is written.
    String feed = keys.feed(kind, id);
    RedisScript.Call call =
        RedisScript.call()
            .key(keys.status(kind, id))
            .key(keys.run(kind, id))
            .key(keys.children(kind, id));
    return apart ? call : call.key(feed).key(keys.underway(kind)).key(keys.durations(kind));
  }

  private static String text(@Nullable Number number) {
    return number == null ? "" : number.toString();
  }

  /** Writes the feed, the index and the durations; the next reader repairs what fails. */
  private Future<Outcome> follow(Change change, Outcome outcome) {
    StatusKind kind = change.kind;
    String id = change.id;
    Attempt run = outcome.run();
    boolean changed = outcome.verdict() == Verdict.CHANGED;
    if (run == null || !(changed || outcome.verdict() == Verdict.SAME)) {
      return Future.succeededFuture(outcome);
    }
    List<Future<?>> following = new ArrayList<>();
    long due = run.beat() + settings.stalledAfter().toMillis();
    following.add(
        line.run(
            FOLLOW,
            RedisScript.call()
                .key(RedisIndexParts.of(line, keys.underway(kind)).of(id))
                .arg("underway")
                .arg(id)
                .arg(run.phase().text())
                .arg(due)));
    if (changed) {
      following.add(feed(kind, id, run, change.report.document()));
    } else if (change.isPut() && run.phase() == Phase.RUNNING) {
      // A heartbeat extends the feed like the status, or a watcher could not resume.
      following.add(
          line.run(
              FOLLOW,
              RedisScript.call()
                  .key(keys.feed(kind, id))
                  .arg("extend")
                  .arg(change.lifetime.toMillis())));
    }
    if (changed && run.phase() == Phase.DONE && !change.isRestoring()) {
      following.add(addDuration(kind, run.at() - run.started()));
    }
    return Future.join(following).transform(done -> Future.succeededFuture(outcome));
  }

  private Future<@Nullable Response> addDuration(StatusKind kind, long millis) {
    return line.run(FOLLOW, RedisScript.call().key(keys.durations(kind)).arg("took").arg(millis));
  }

  /** Appends the current status to its feed, unless it is there. */
  Future<Void> feed(StatusKind kind, String id, Attempt run, Document document) {
    return line.run(
            FOLLOW,
            RedisScript.call()
                .key(keys.feed(kind, id))
                .arg("feed")
                .arg(run.offset())
                .arg(run.previous() == null ? "" : run.previous())
                .arg(run.attempt())
                .arg(run.phase().text())
                .arg(run.at())
                .arg(keys.lifetime(kind).toMillis())
                .arg(document.bytes())
                .arg(RedisAttempts.text(run.cancelRequested()))
                .arg(RedisAttempts.text(run.children())))
        .mapEmpty();
  }
}
