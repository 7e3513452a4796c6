package io.aetherkeep.status.store;

import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Event;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.catalogue.StatusAsks.Status;
import io.aetherkeep.catalogue.StatusListAsks.ChildList;
import io.aetherkeep.document.Document;
import io.aetherkeep.document.Offload;
import io.aetherkeep.keyspace.Space;
import io.aetherkeep.redis.RedisClock;
import io.aetherkeep.redis.RedisLine;
import io.aetherkeep.redis.store.RedisDueList;
import io.aetherkeep.redis.store.RedisIndex;
import io.aetherkeep.status.settings.EndWords;
import io.aetherkeep.status.settings.StatusKind;
import io.aetherkeep.status.settings.StatusSettings;
import io.aetherkeep.status.store.Outcome.Verdict;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Status store in Redis: writes each status by one script, and records what other services wrote.
 */
public final class RedisStatusStore implements StatusStore {

  /** How often a write is retried while other services keep writing. */
  private static final int TRIES = 5;

  private final RedisLine line;
  private final RedisStatusKeys keys;
  private final RedisStatusReads reads;
  private final RedisUpdates updates;
  private final RedisChildren children;
  private final RedisRunningIndex underway;
  private final Consumer<Event> events;
  private final EndWords ends;

  public RedisStatusStore(
      RedisLine line,
      Space space,
      int database,
      StatusSettings settings,
      RedisClock clock,
      Consumer<Event> events) {
    this.events = events;
    this.ends = settings.endWords(space.name());
    this.line = line;
    this.keys = new RedisStatusKeys(space);
    this.reads = new RedisStatusReads(line, keys);
    String channel = RedisStatusKeys.channel(space, database);
    this.updates = new RedisUpdates(line, keys, channel, settings, clock);
    this.children =
        new RedisChildren(line, keys, channel, settings, clock, updates, this::observe, events);
    this.underway = new RedisRunningIndex(line, keys, clock);
  }

  @Override
  public Future<Outcome> write(
      StatusKind kind, String id, Report report, String attempt, String source) {
    return write(kind, id, report, attempt, source, TRIES);
  }

  private Future<Outcome> write(
      StatusKind kind, String id, Report report, String attempt, String source, int tries) {
    return updates
        .put(kind, id, report, attempt, source)
        .compose(
            outcome ->
                outcome.verdict() == Verdict.FOREIGN
                    ? noteFirst(kind, id, tries)
                        .compose(noted -> write(kind, id, report, attempt, source, tries - 1))
                    : children.follow(kind, id, report, outcome))
        .recover(thrown -> RedisIndex.named(thrown, keys.status(kind, id)));
  }

  @Override
  public Future<Outcome> restore(StatusKind kind, String id, Report report, Duration most) {
    return updates
        .restore(kind, id, report, most)
        .onSuccess(outcome -> announce(kind, id, report.document(), outcome))
        .compose(outcome -> children.follow(kind, id, report, outcome))
        .recover(thrown -> RedisIndex.named(thrown, keys.status(kind, id)));
  }

  @Override
  public Future<Outcome> cancel(
      StatusKind kind,
      String id,
      Observation observation,
      String attempt,
      @Nullable String reason) {
    Attempt run = observation.run();
    Document document = observation.document();
    return run == null || document == null
        ? Future.succeededFuture(new Outcome(Verdict.MOVED, false, run))
        : updates
            .cancel(kind, id, run, document, attempt, reason)
            .recover(thrown -> RedisIndex.named(thrown, keys.status(kind, id)));
  }

  private Future<Observation> noteFirst(StatusKind kind, String id, int tries) {
    return tries == 0 ? Future.failedFuture(contended()) : observe(kind, id);
  }

  private static Failure contended() {
    return Failure.of(Code.OVERLOADED, "Too many concurrent writes to this status");
  }

  @Override
  public Future<Observation> observe(StatusKind kind, String id) {
    return observe(kind, id, TRIES);
  }

  private Future<Observation> observe(StatusKind kind, String id, int tries) {
    String status = keys.status(kind, id);
    return line.read(
            RedisAttempts.read(kind, status),
            RedisAttempts.read(keys.run(kind, id)),
            Request.cmd(Command.PTTL).arg(status))
        .compose(
            replies ->
                seen(kind, replies.get(0))
                    .compose(
                        seen ->
                            observation(
                                kind,
                                id,
                                seen,
                                RedisAttempts.run(replies.get(1)),
                                replies.get(2).toLong(),
                                tries)))
        .recover(thrown -> RedisIndex.named(thrown, status, keys.run(kind, id)));
  }

  /** A stored status, decoded. */
  private record Seen(StoredStatus bytes, Document document, String digest) {

    static Seen of(StatusKind kind, StoredStatus bytes) {
      Document document = bytes.document(kind);
      document.isJson();
      return new Seen(bytes, document, bytes.digest());
    }
  }

  private static Future<@Nullable Seen> seen(StatusKind kind, @Nullable Response reply) {
    return Offload.run(RedisAttempts.work(kind, reply), () -> RedisAttempts.bytes(kind, reply))
        .compose(
            bytes ->
                bytes == null
                    ? Future.<@Nullable Seen>succeededFuture()
                    : Offload.run(bytes.length(), () -> Seen.of(kind, bytes)));
  }

  private Future<Observation> observation(
      StatusKind kind,
      String id,
      @Nullable Seen seen,
      @Nullable Attempt run,
      long left,
      int tries) {
    if (seen == null) {
      return Future.succeededFuture(new Observation(null, run, left));
    }
    return run != null && run.digest().equals(seen.digest)
        ? Future.succeededFuture(new Observation(seen.document, run, left))
        : note(kind, id, seen.bytes, seen.document, left, tries);
  }

  private Future<Observation> note(
      StatusKind kind, String id, StoredStatus bytes, Document document, long left, int tries) {
    if (tries == 0) {
      return Future.failedFuture(contended());
    }
    return Offload.run(document.length(), () -> Report.found(kind, document, ends))
        .compose(
            report ->
                updates
                    .note(kind, id, bytes, report)
                    .compose(outcome -> children.follow(kind, id, report, outcome)))
        .compose(
            outcome -> {
              announce(kind, id, document, outcome);
              return outcome.verdict() == Verdict.MOVED
                  ? observe(kind, id, tries - 1)
                  : Future.succeededFuture(new Observation(document, outcome.run(), left));
            });
  }

  /**
   * Announces a status that this node recorded or restored; of concurrent readers, only one does
   * that.
   */
  private void announce(StatusKind kind, String id, Document document, Outcome outcome) {
    Attempt run = outcome.run();
    if (outcome.verdict() == Verdict.CHANGED && run != null && document.isJson()) {
      events.accept(run.changed(keys.space(), kind, id, document));
    }
  }

  @Override
  public Future<Void> repair(StatusKind kind, String id, Observation observation) {
    Attempt run = observation.run();
    Document document = observation.document();
    return run == null || document == null
        ? Future.succeededFuture()
        : updates.feed(kind, id, run, document);
  }

  @Override
  public Future<Page> underway(StatusKind kind, String cursor, int about) {
    return underway.page(kind, cursor, about);
  }

  @Override
  public Future<ChildList> children(
      StatusKind kind, String id, @Nullable String cursor, int about) {
    return children.list(kind, id, cursor, about);
  }

  @Override
  public Future<Void> work(StatusKind kind, RedisDueList.Work work) {
    return underway.work(kind, work);
  }

  @Override
  public Future<Void> markAnnounced(StatusKind kind, String id, String offset) {
    return underway.markAnnounced(kind, id, offset);
  }

  @Override
  public Future<Integer> revoke(String control, String message) {
    return line.send(Request.cmd(Command.PUBLISH).arg(control).arg(message))
        .map(reply -> reply == null ? 0 : reply.toInteger());
  }

  @Override
  public Future<List<Optional<Document>>> documents(StatusKind kind, List<String> ids) {
    return reads.documents(kind, ids);
  }

  @Override
  public Future<@Nullable List<Status>> feed(StatusKind kind, String id, String after) {
    return reads.feed(kind, id, after);
  }

  @Override
  public Future<List<Long>> durations(StatusKind kind) {
    return reads.durations(kind);
  }

  @Override
  public Future<CeleryResult.@Nullable Meta> celery(String id) {
    return reads.celery(id);
  }
}
