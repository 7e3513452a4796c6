package io.aetherkeep.status.store;

import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Event;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.catalogue.StatusListAsks.ChildList;
import io.aetherkeep.catalogue.StatusListAsks.CountedChild;
import io.aetherkeep.document.Document;
import io.aetherkeep.keyspace.Digits;
import io.aetherkeep.redis.RedisClock;
import io.aetherkeep.redis.RedisLine;
import io.aetherkeep.redis.script.RedisScript;
import io.aetherkeep.redis.store.RedisIndexParts;
import io.aetherkeep.status.settings.StatusKind;
import io.aetherkeep.status.settings.StatusSettings;
import io.aetherkeep.status.store.Outcome.Verdict;
import io.aetherkeep.status.store.Report.Parent;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Summary of a status's children, stored with the status. A change of a child costs one script, and
 * is published to the watchers of its parent only if it changes the summary.
 *
 * <p>It is updated after the write of the child. If a node dies or Redis fails in between, the next
 * report of that child repairs it, even one that changes nothing.
 */
final class RedisChildren {

  /** Maximum number of children that are counted. */
  private static final int MOST = 10_000;

  /** How often to retry while the status keeps changing. */
  private static final int TRIES = 5;

  /** A child's value: its offset, which begins with the time, its phase, and its progress. */
  private static final Pattern COUNTED = Pattern.compile("(\\d{1,15})-\\d+ (\\w+) (\\d{1,5})");

  private static final RedisScript COUNT =
      RedisScript.timed(RedisChildren.class, "children.lua", "count-child.lua");
  private static final RedisScript TELL =
      RedisScript.timed(RedisChildren.class, "trail.lua", "children.lua", "tell-children.lua");
  private static final RedisScript FOLLOW =
      RedisScript.repairing(RedisChildren.class, "trail.lua", "follow.lua");

  private final RedisLine line;
  private final RedisStatusKeys keys;
  private final String channel;
  private final StatusSettings settings;
  private final RedisClock clock;
  private final RedisUpdates updates;
  private final BiFunction<StatusKind, String, Future<Observation>> observe;
  private final Consumer<Event> events;

  /**
   * Creates the summaries of a space.
   *
   * @param observe reads a status, and records it first if another service wrote it
   */
  RedisChildren(
      RedisLine line,
      RedisStatusKeys keys,
      String channel,
      StatusSettings settings,
      RedisClock clock,
      RedisUpdates updates,
      BiFunction<StatusKind, String, Future<Observation>> observe,
      Consumer<Event> events) {
    this.line = line;
    this.keys = keys;
    this.channel = channel;
    this.settings = settings;
    this.clock = clock;
    this.updates = updates;
    this.observe = observe;
    this.events = events;
  }

  /** Counts a written status at its parent, and stores its declared number of children. */
  Future<Outcome> follow(StatusKind kind, String id, Report report, Outcome outcome) {
    Attempt run = outcome.run();
    boolean stands = outcome.verdict() == Verdict.CHANGED || outcome.verdict() == Verdict.SAME;
    if (run == null || !stands || (report.parent() == null && report.children() == null)) {
      return Future.succeededFuture(outcome);
    }
    return declare(kind, id, report.children())
        .compose(declared -> count(report.parent(), kind.text() + "/" + id, run))
        .transform(done -> Future.succeededFuture(outcome));
  }

  private Future<Void> declare(StatusKind kind, String id, @Nullable Integer children) {
    return children == null
        ? Future.succeededFuture()
        : count(kind, id, "", "", "", children.toString());
  }

  private Future<Void> count(@Nullable Parent parent, String child, Attempt run) {
    if (parent == null) {
      return Future.succeededFuture();
    }
    Double percent = run.progress();
    long hundredths = Math.round((percent == null ? 0 : percent) * 100);
    return count(
        parent.kind(),
        parent.id(),
        child,
        run.offset(),
        run.phase().text(),
        Long.toString(hundredths));
  }

  private Future<Void> count(
      StatusKind kind, String id, String child, String offset, String phase, String number) {
    long life = keys.lifetime(kind).toMillis() + settings.expiredRemembered().toMillis();
    RedisScript.Call call =
        RedisScript.call()
            .key(keys.run(kind, id))
            .key(keys.children(kind, id))
            .arg(clock)
            .arg(child)
            .arg(offset)
            .arg(phase)
            .arg(number)
            .arg(life)
            .arg(MOST);
    return line.run(COUNT, call)
        .compose(
            reply ->
                reply != null && reply.toInteger() == 1
                    ? tell(kind, id, TRIES)
                    : Future.succeededFuture());
  }

  /**
   * Publishes the summary to the watchers; a status that does not exist yet gets it with its next
   * child.
   */
  private Future<Void> tell(StatusKind kind, String id, int tries) {
    return observe
        .apply(kind, id)
        .compose(
            seen -> {
              Attempt run = seen.run();
              Document document = seen.document();
              return run == null || document == null || !document.isJson()
                  ? Future.succeededFuture()
                  : tell(kind, id, run, document, tries);
            });
  }

  private Future<Void> tell(StatusKind kind, String id, Attempt run, Document document, int tries) {
    boolean alone = line.isCluster();
    RedisScript.Call call =
        RedisScript.call()
            .key(keys.status(kind, id))
            .key(keys.run(kind, id))
            .key(keys.children(kind, id));
    return line.run(
            TELL,
            (alone ? call : call.key(keys.feed(kind, id)).key(keys.underway(kind)))
                .arg(clock)
                .arg(run.offset())
                .arg(keys.lifetime(kind).toMillis())
                .arg(settings.expiredRemembered().toMillis())
                .arg(settings.stalledAfter().toMillis())
                .arg(channel)
                .arg(kind.text())
                .arg(id)
                .arg(document.bytes()))
        .map(RedisAttempts::outcome)
        .compose(
            outcome -> {
              if (outcome.verdict() == Verdict.MOVED && tries > 0) {
                return tell(kind, id, tries - 1);
              }
              Attempt now = outcome.run();
              if (outcome.verdict() != Verdict.CHANGED || now == null) {
                return Future.succeededFuture();
              }
              events.accept(now.changed(keys.space(), kind, id, document));
              return alone ? trail(kind, id, now, document) : Future.succeededFuture();
            });
  }

  /** Writes the feed and the index, which are in other slots of a cluster. */
  private Future<Void> trail(StatusKind kind, String id, Attempt now, Document document) {
    RedisScript.Call due =
        RedisScript.call()
            .key(RedisIndexParts.of(line, keys.underway(kind)).of(id))
            .arg("underway")
            .arg(id)
            .arg(now.phase().text())
            .arg(now.beat() + settings.stalledAfter().toMillis());
    return Future.join(updates.feed(kind, id, now, document), line.run(FOLLOW, due)).mapEmpty();
  }

  /** Reads a page of the children, with their counted phase and progress. */
  Future<ChildList> list(StatusKind kind, String id, @Nullable String cursor, int about) {
    String key = keys.children(kind, id);
    String from = cursor == null ? "0" : cursor;
    if (!Digits.isNumber(from, 20)) {
      throw Failure.of(Code.INVALID_PARAMETER, "The cursor is not one that this server returned");
    }
    return line.send(Request.cmd(Command.HSCAN).arg(key).arg(from).arg("COUNT").arg(about))
        .map(
            reply -> {
              String next = reply.get(0).toString();
              return new ChildList(counted(reply.get(1)), next.equals("0") ? null : next);
            });
  }

  /** Reads fields and values; the fields of the sums begin with #. */
  private static List<CountedChild> counted(Response pairs) {
    List<CountedChild> children = new ArrayList<>();
    for (int i = 0; i + 1 < pairs.size(); i += 2) {
      String name = pairs.get(i).toString();
      Matcher value = COUNTED.matcher(pairs.get(i + 1).toString());
      int slash = name.indexOf('/');
      if (slash > 0 && value.matches()) {
        children.add(
            new CountedChild(
                name.substring(0, slash),
                name.substring(slash + 1),
                value.group(2),
                Integer.parseInt(value.group(3)) / 100.0,
                Instant.ofEpochMilli(Long.parseLong(value.group(1))).toString()));
      }
    }
    children.sort(Comparator.comparing(CountedChild::kind).thenComparing(CountedChild::id));
    return children;
  }
}
