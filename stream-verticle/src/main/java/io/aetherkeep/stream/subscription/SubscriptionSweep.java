package io.aetherkeep.stream.subscription;

import io.aetherkeep.keyspace.SpaceSweep;
import io.aetherkeep.redis.store.RedisDueList;
import io.aetherkeep.stream.subscription.store.PathGlob;
import io.aetherkeep.stream.subscription.store.RedisStreamSubscriptions.LinkMode;
import io.aetherkeep.stream.subscription.store.RedisStreamSubscriptions.SweepFacts;
import io.aetherkeep.stream.subscription.store.RedisWakes;
import io.aetherkeep.stream.subscription.store.RedisWakes.Note;
import io.aetherkeep.stream.subscription.store.RedisWakes.WakeState;
import io.aetherkeep.stream.subscription.store.RedisWakes.WakeVerdict;
import io.aetherkeep.stream.subscription.store.StreamSource;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * Sweeper of subscriptions: ends expired leases, repeats failed deliveries, and repairs the
 * incomplete work of dead nodes: it compares the tails of streams with the acked offsets, and
 * searches for streams that match a pattern.
 *
 * <p>Nodes share the work through claims, and take over a dead node's.
 */
final class SubscriptionSweep {

  private static final int BATCH = 20;
  private static final int NOTES = 500;

  /** Interval of the search for streams, in intervals of checks: an hour by default. */
  private static final int CHECKS_A_SCAN = 360;

  private final Waker waker;
  private final long checkMillis;
  private final SpaceSweep<SpaceSubscriptions> sweep =
      new SpaceSweep<>("Subscriptions", SpaceSubscriptions::name, this::sweep);

  SubscriptionSweep(Waker waker, Duration checkEvery) {
    this.waker = waker;
    this.checkMillis = checkEvery.toMillis();
  }

  void sweep(List<SpaceSubscriptions> spaces) {
    sweep.run(spaces);
  }

  private Future<?> sweep(SpaceSubscriptions space) {
    return space.due().work(BATCH, (id, now) -> handle(space, id, now));
  }

  /** Handles a due subscription; answers when it is due again. */
  private Future<Long> handle(SpaceSubscriptions space, String id, long now) {
    return space
        .store()
        .facts(id)
        .compose(
            found ->
                found.isEmpty()
                    ? Future.succeededFuture(RedisDueList.NEVER)
                    : handle(space, id, found.get(), now));
  }

  private Future<Long> handle(SpaceSubscriptions space, String id, SweepFacts facts, long now) {
    long every = checkMillis + RedisWakes.MILLIS_A_LINK * facts.links();
    boolean scans = isToScan(facts, now);
    boolean checks = scans || now - facts.checked() >= every;
    Future<?> scanned = scans ? scan(space, id, facts) : Future.succeededFuture();
    return scanned
        .compose(done -> checks ? check(space, id) : waker.wake(space, id, "", List.of()))
        .compose(woken -> checks ? announcedAgain(space, id, woken) : Future.succeededFuture(woken))
        .map(woken -> next(woken, now, checks ? now + every : facts.checked() + every));
  }

  /**
   * Whether to search for streams: soon after the creation, because other nodes may have learned of
   * it late, and then hourly.
   */
  private boolean isToScan(SweepFacts facts, long now) {
    boolean first = facts.scanned() == facts.created();
    return facts.config().pattern() != null
        && now - facts.scanned() >= (first ? checkMillis : checkMillis * CHECKS_A_SCAN);
  }

  private static long next(WakeState woken, long now, long check) {
    boolean waits =
        woken.verdict() == WakeVerdict.BUSY
            || woken.verdict() == WakeVerdict.WOKEN
            || woken.verdict() == WakeVerdict.AGAIN;
    return waits && woken.due() > 0 ? Math.min(check, now + woken.due()) : check;
  }

  /** Appends a wake that waits for a worker to its stream, if the stream has lost it. */
  private Future<WakeState> announcedAgain(SpaceSubscriptions space, String id, WakeState woken) {
    return woken.verdict() == WakeVerdict.UNCLAIMED
        ? waker.send(space, id, woken.path()).transform(sent -> Future.succeededFuture(woken))
        : Future.succeededFuture(woken);
  }

  /** Reads the tails of all streams, without beginning a wake. */
  Future<WakeState> checkOnly(SpaceSubscriptions space, String id) {
    return notes(space, id)
        .compose(
            notes ->
                noted(space, id, notes, some -> space.wakes().wake(id, false, "checked", some)));
  }

  private Future<WakeState> check(SpaceSubscriptions space, String id) {
    return notes(space, id)
        .compose(notes -> noted(space, id, notes, some -> waker.wake(space, id, "checked", some)));
  }

  private static Future<List<Note>> notes(SpaceSubscriptions space, String id) {
    return space
        .store()
        .links(id)
        .compose(links -> space.tails(links.keySet()).map(tails -> notes(links, tails)));
  }

  private static List<Note> notes(Map<String, String> links, Map<String, StreamSource.Tail> tails) {
    List<Note> notes = new ArrayList<>();
    links.forEach(
        (path, link) -> {
          StreamSource.Tail tail = tails.get(path);
          notes.add(
              tail == null
                  ? new Note(path, "gone", "-1", link)
                  : new Note(path, "exact", tail.offset(), link));
        });
    return notes;
  }

  /** Stores tails in batches, the last one by the given call. */
  private static Future<WakeState> noted(
      SpaceSubscriptions space,
      String id,
      List<Note> notes,
      Function<List<Note>, Future<WakeState>> last) {
    if (notes.size() <= NOTES) {
      return last.apply(notes);
    }
    return space
        .wakes()
        .wake(id, false, "", notes.subList(0, NOTES))
        .compose(noted -> noted(space, id, notes.subList(NOTES, notes.size()), last));
  }

  /** Links streams that match the pattern and are not linked. */
  private Future<?> scan(SpaceSubscriptions space, String id, SweepFacts facts) {
    PathGlob glob = PathGlob.of(facts.config());
    if (glob == null) {
      return Future.succeededFuture();
    }
    return space
        .streams()
        .list(glob.prefix(), paths -> link(space, id, facts.created(), glob, paths))
        .compose(listed -> space.wakes().wake(id, false, "scanned", List.of()));
  }

  private Future<?> link(
      SpaceSubscriptions space, String id, long created, PathGlob glob, List<String> paths) {
    return space
        .tails(paths.stream().filter(glob::matches).toList())
        .compose(
            tails -> {
              Map<String, StreamSource.Tail> links = new LinkedHashMap<>();
              // A stream created after the subscription is pending from its beginning.
              tails.forEach(
                  (path, tail) ->
                      links.put(
                          path,
                          tail.epoch() / 1000 > created
                              ? new StreamSource.Tail("-1", tail.epoch())
                              : tail));
              return links.isEmpty()
                  ? Future.succeededFuture("linked")
                  : space.store().link(id, LinkMode.GLOB, links);
            });
  }
}
