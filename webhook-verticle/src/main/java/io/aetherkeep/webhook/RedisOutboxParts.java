package io.aetherkeep.webhook;

import io.aetherkeep.catalogue.Keyspaces;
import io.aetherkeep.keyspace.Space;
import io.aetherkeep.redis.RedisLine;
import io.aetherkeep.redis.RedisOutbox;
import io.aetherkeep.redis.cluster.RedisSlots;
import io.aetherkeep.redis.script.RedisScript;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Mover of events to a space's outbox from its parts, one per slot of a cluster.
 *
 * <p>Each node moves the events that it has appended itself. Once a minute one node sweeps the
 * parts of all slots, for events of dead nodes. An event that two nodes move is appended once,
 * because the outbox stores the last entry of each part.
 *
 * <p>On a single server no events are appended to parts, but a migration from a cluster may leave
 * some there, so that each node sweeps too: at its start, and then once an hour.
 */
final class RedisOutboxParts {

  private static final RedisScript GATHER =
      RedisScript.repairing(RedisOutboxParts.class, "gather.lua");

  private static final System.Logger LOG = System.getLogger(RedisOutboxParts.class.getName());

  /** Limit of events read from one part, and of events in one call of the script. */
  private static final int MOST = 100;

  /** Limit of parts that are read, or whose length is read, at once. */
  private static final int PARTS = 500;

  /** Interval of sweeps on a single server, in ms. */
  private static final long RARELY = TimeUnit.HOURS.toMillis(1);

  private final RedisLine line;
  private final RedisOutbox outbox;
  private final WebhookSettings settings;
  private final String node;
  private final String gathered;
  private final String sweeps;
  private boolean gathering;
  private long nextSweep;

  RedisOutboxParts(
      RedisLine line, Space space, RedisOutbox outbox, WebhookSettings settings, String node) {
    this.line = line;
    this.outbox = outbox;
    this.settings = settings;
    this.node = node;
    this.gathered = space.prefix() + Keyspaces.OUTBOX_GATHERED.key().text();
    this.sweeps = space.prefix() + Keyspaces.OUTBOX_SWEEPS.key().text();
  }

  /** An event in a part. */
  private record PartEntry(int slot, OutboxEntry entry) {
    private long millis() {
      return entry.appendedAt();
    }
  }

  /**
   * Moves the events that this node has appended and those that a sweep finds; called periodically.
   */
  void gather() {
    if (gathering || outbox.wanted().isEmpty()) {
      return;
    }
    gathering = true;
    sweepIfDue()
        .compose(swept -> gather(new TreeSet<>(outbox.drainWritten())))
        .onComplete(done -> gathering = false)
        .onFailure(
            thrown ->
                LOG.log(
                    System.Logger.Level.DEBUG,
                    () -> "Events wait in their slots: " + thrown.getMessage()));
  }

  private Future<?> gather(Set<Integer> slots) {
    List<Integer> now = slots.stream().limit(PARTS).toList();
    outbox.noteWritten(slots.stream().skip(PARTS).toList());
    return now.isEmpty()
        ? Future.succeededFuture()
        : read(now).compose(this::move).onFailure(thrown -> outbox.noteWritten(now));
  }

  /** The oldest events of the parts, in the order in which they happened. */
  private Future<List<PartEntry>> read(List<Integer> slots) {
    return line.read(
            slots.stream()
                .map(
                    slot ->
                        Request.cmd(Command.XRANGE)
                            .arg(outbox.part(slot))
                            .arg("-")
                            .arg("+")
                            .arg("COUNT")
                            .arg(MOST))
                .toArray(Request[]::new))
        .map(
            replies -> {
              List<PartEntry> found = new ArrayList<>();
              for (int i = 0; i < slots.size(); i++) {
                int slot = slots.get(i);
                List<OutboxEntry> entries = entries(replies.get(i));
                entries.forEach(entry -> found.add(new PartEntry(slot, entry)));
                if (entries.size() == MOST) {
                  outbox.noteWritten(List.of(slot));
                }
              }
              // Stable: entries of one part stay in their order.
              found.sort(Comparator.comparingLong(PartEntry::millis));
              return found;
            });
  }

  private static List<OutboxEntry> entries(@Nullable Response reply) {
    return reply == null ? List.of() : RedisDeliveries.entries(reply);
  }

  private Future<?> move(List<PartEntry> found) {
    Future<?> moved = Future.succeededFuture();
    for (int from = 0; from < found.size(); from += MOST) {
      List<PartEntry> some = found.subList(from, Math.min(found.size(), from + MOST));
      moved = moved.compose(before -> append(some)).compose(appended -> remove(some));
    }
    return moved;
  }

  private Future<?> append(List<PartEntry> some) {
    RedisScript.Call call =
        RedisScript.call()
            .key(outbox.events())
            .key(outbox.counters())
            .key(gathered)
            .arg(settings.backlog())
            .arg(Keyspaces.OUTBOX.lifetime().length().toMillis());
    for (PartEntry each : some) {
      List<String> pairs = each.entry.pairs();
      call.arg(each.slot).arg(each.entry.id()).arg(pairs.size());
      pairs.forEach(call::arg);
    }
    return line.run(GATHER, call);
  }

  private Future<?> remove(List<PartEntry> some) {
    return Future.all(
        some.stream()
            .map(PartEntry::slot)
            .distinct()
            .map(
                slot -> {
                  Request delete = Request.cmd(Command.XDEL).arg(outbox.part(slot));
                  some.stream()
                      .filter(each -> each.slot == slot)
                      .forEach(each -> delete.arg(each.entry.id()));
                  return line.send(delete);
                })
            .toList());
  }

  /** Sweeps the parts of all slots if it is time; on a cluster unless another node does. */
  private Future<?> sweepIfDue() {
    long now = TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
    if (now < nextSweep) {
      return Future.succeededFuture();
    }
    if (!outbox.isInParts()) {
      nextSweep = now + RARELY;
      return sweep(0);
    }
    long every = settings.sweepEvery().toMillis();
    nextSweep = now + every / 2;
    return line.send(Request.cmd(Command.SET).arg(sweeps).arg(node).arg("NX").arg("PX").arg(every))
        .compose(taken -> taken == null ? Future.succeededFuture() : sweep(0));
  }

  private Future<?> sweep(int from) {
    if (from >= RedisSlots.COUNT) {
      return Future.succeededFuture();
    }
    List<Integer> slots =
        IntStream.range(from, Math.min(RedisSlots.COUNT, from + PARTS)).boxed().toList();
    return line.read(
            slots.stream()
                .map(slot -> Request.cmd(Command.XLEN).arg(outbox.part(slot)))
                .toArray(Request[]::new))
        .map(replies -> filled(slots, replies))
        // A later sweep finds the parts on an unavailable master.
        .otherwise(List.of())
        .onSuccess(outbox::noteWritten)
        .compose(noted -> sweep(from + PARTS));
  }

  private static Collection<Integer> filled(List<Integer> slots, List<@Nullable Response> lengths) {
    return IntStream.range(0, slots.size())
        .filter(i -> Objects.requireNonNull(lengths.get(i)).toLong() > 0)
        .mapToObj(slots::get)
        .toList();
  }
}
