package io.aetherkeep.status;

import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Event;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.catalogue.StatusAsks.Status;
import io.aetherkeep.keyspace.Document;
import io.aetherkeep.keyspace.Space;
import io.aetherkeep.redis.RedisLine;
import io.aetherkeep.status.Outcome.Verdict;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The statuses of a space in Redis: read by plain commands, written by one script each. */
final class RedisBook implements Book {

  /** How often a write is tried again when other services keep writing in between. */
  private static final int TRIES = 5;

  private final RedisLine line;
  private final RedisStatusKeys keys;
  private final RedisUpdates updates;
  private final RedisUnderway underway;
  private final Consumer<Event> events;

  RedisBook(
      RedisLine line,
      Space space,
      int database,
      StatusSettings settings,
      InstantSource clock,
      Consumer<Event> events) {
    this.events = events;
    this.line = line;
    this.keys = new RedisStatusKeys(space);
    this.updates =
        new RedisUpdates(line, keys, RedisStatusKeys.channel(space, database), settings, clock);
    this.underway = new RedisUnderway(line, keys, clock);
  }

  @Override
  public Future<Outcome> write(Kind kind, String id, Report report, String attempt, String source) {
    return write(kind, id, report, attempt, source, TRIES);
  }

  private Future<Outcome> write(
      Kind kind, String id, Report report, String attempt, String source, int tries) {
    return updates
        .put(kind, id, report, attempt, source)
        .compose(
            outcome ->
                outcome.verdict() == Verdict.FOREIGN
                    ? noteFirst(kind, id, tries)
                        .compose(noted -> write(kind, id, report, attempt, source, tries - 1))
                    : Future.succeededFuture(outcome))
        .recover(RedisBook::readable);
  }

  @Override
  public Future<Outcome> restore(Kind kind, String id, Report report, Duration most) {
    return updates
        .restore(kind, id, report, most)
        .onSuccess(outcome -> tell(kind, id, report.document(), outcome))
        .recover(RedisBook::readable);
  }

  private Future<Sight> noteFirst(Kind kind, String id, int tries) {
    return tries == 0 ? Future.failedFuture(restless()) : look(kind, id);
  }

  private static Failure restless() {
    return Failure.of(Code.OVERLOADED, "Other services keep writing this status");
  }

  @Override
  public Future<Sight> look(Kind kind, String id) {
    return look(kind, id, TRIES);
  }

  private Future<Sight> look(Kind kind, String id, int tries) {
    String status = keys.status(kind, id);
    return line.read(
            RedisRuns.read(kind, status),
            RedisRuns.read(keys.run(kind, id)),
            Request.cmd(Command.PTTL).arg(status))
        .compose(
            replies -> {
              Bytes bytes = RedisRuns.bytes(kind, replies.get(0));
              Run run = RedisRuns.run(replies.get(1));
              long left = replies.get(2).toLong();
              if (bytes == null) {
                return Future.succeededFuture(new Sight(null, run, left));
              }
              Document document = bytes.document(kind);
              return run != null && run.digest().equals(bytes.digest())
                  ? Future.succeededFuture(new Sight(document, run, left))
                  : note(kind, id, bytes, document, left, tries);
            })
        .recover(RedisBook::readable);
  }

  private Future<Sight> note(
      Kind kind, String id, Bytes bytes, Document document, long left, int tries) {
    if (tries == 0) {
      return Future.failedFuture(restless());
    }
    return updates
        .note(kind, id, bytes, Report.found(kind, document))
        .compose(
            outcome -> {
              tell(kind, id, document, outcome);
              return outcome.verdict() == Verdict.MOVED
                  ? look(kind, id, tries - 1)
                  : Future.succeededFuture(new Sight(document, outcome.run(), left));
            });
  }

  /** Of all who read it, the one that noted it or put it back tells. */
  private void tell(Kind kind, String id, Document document, Outcome outcome) {
    Run run = outcome.run();
    if (outcome.verdict() == Verdict.CHANGED && run != null && document.isJson()) {
      events.accept(Statuses.changed(keys.space(), kind, id, run, document));
    }
  }

  @Override
  public Future<List<Optional<Document>>> documents(Kind kind, List<String> ids) {
    Request[] requests =
        ids.stream().map(id -> RedisRuns.read(kind, keys.status(kind, id))).toArray(Request[]::new);
    return line.read(requests)
        .map(
            replies -> {
              List<Optional<Document>> found = new ArrayList<>(ids.size());
              for (Response reply : replies) {
                Bytes bytes = RedisRuns.bytes(kind, reply);
                found.add(bytes == null ? Optional.empty() : Optional.of(bytes.document(kind)));
              }
              return found;
            })
        .recover(RedisBook::readable);
  }

  @Override
  public Future<List<Status>> feed(Kind kind, String id, String from) {
    Request range = Request.cmd(Command.XRANGE).arg(keys.feed(kind, id)).arg(from).arg("+");
    return line.read(range)
        .map(
            replies -> {
              List<Status> statuses = new ArrayList<>();
              for (Response entry : replies.get(0)) {
                statuses.add(RedisFeed.status(keys.space(), kind, id, entry));
              }
              return statuses;
            });
  }

  @Override
  public Future<Void> heal(Kind kind, String id, Sight sight) {
    Run run = sight.run();
    Document document = sight.document();
    return run == null || document == null
        ? Future.succeededFuture()
        : updates.feed(kind, id, run, document);
  }

  @Override
  public Future<Page> underway(Kind kind, String cursor, int about) {
    return underway.page(kind, cursor, about);
  }

  @Override
  public Future<Claim> claim(Kind kind, int most) {
    return underway.claim(kind, most);
  }

  @Override
  public Future<Void> settle(Kind kind, Claim claim, Map<String, Long> next) {
    return underway.settle(kind, claim, next);
  }

  @Override
  public Future<Void> told(Kind kind, String id, String offset) {
    return underway.told(kind, id, offset);
  }

  @Override
  public Future<List<Long>> durations(Kind kind) {
    return line.read(Request.cmd(Command.LRANGE).arg(keys.durations(kind)).arg(0).arg(-1))
        .map(
            replies -> replies.get(0).stream().map(Response::toString).map(Long::valueOf).toList());
  }

  @Override
  public Future<@Nullable Document> celery(String id) {
    return line.read(Request.cmd(Command.GET).arg(keys.celery(id)))
        .map(
            replies -> {
              Response meta = replies.get(0);
              return meta == null ? null : Document.stored(meta.toBuffer());
            });
  }

  /** Somebody else may keep a value of another type under this key. */
  private static <T> Future<T> readable(Throwable thrown) {
    boolean type = thrown.getMessage() != null && thrown.getMessage().contains("WRONGTYPE");
    return Future.failedFuture(
        type
            ? Failure.of(Code.UNREADABLE_VALUE, "The key holds another type of value in Redis")
            : thrown);
  }
}
