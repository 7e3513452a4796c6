package io.aetherkeep.webhook;

import io.aetherkeep.bus.RecordJson;
import io.aetherkeep.catalogue.DeliveryAsks.WebhookAttempt;
import io.aetherkeep.catalogue.Keyspaces;
import io.aetherkeep.keyspace.Space;
import io.aetherkeep.redis.RedisLine;
import io.aetherkeep.redis.RedisOutbox;
import io.aetherkeep.redis.script.RedisScript;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Deliveries of a space's endpoints in Redis. Each endpoint is a consumer group of the outbox,
 * whose pending entries the next owner can read.
 */
final class RedisDeliveries {

  private static final RedisScript FOLLOW = repairing("follow.lua");
  private static final RedisScript UNFOLLOW = script("unfollow.lua");
  private static final RedisScript OWN = script("own.lua");
  private static final RedisScript DISOWN = script("disown.lua");
  private static final RedisScript TAKE = repairing("take.lua");
  private static final RedisScript SETTLE = script("settle.lua");
  private static final RedisScript SKIP = script("skip.lua");
  private static final RedisScript REPLAY = script("replay.lua");
  private static final RedisScript BACKLOG = script("backlog.lua");

  private static final int ATTEMPTS = 100;
  private static final int DEAD_LETTERS = 1000;

  private static RedisScript script(String file) {
    return RedisScript.beside(RedisDeliveries.class, file);
  }

  private static RedisScript repairing(String file) {
    return RedisScript.repairing(RedisDeliveries.class, file);
  }

  private final RedisLine line;
  private final Space space;
  private final RedisOutbox outbox;
  private final String node;

  RedisDeliveries(RedisLine line, Space space, RedisOutbox outbox, String node) {
    this.line = line;
    this.space = space;
    this.outbox = outbox;
    this.node = node;
  }

  private String owner(String endpoint) {
    return space.prefix() + Keyspaces.WEBHOOK_OWNERS.key(endpoint).text();
  }

  private String attempts(String endpoint) {
    return space.prefix() + Keyspaces.WEBHOOK_ATTEMPTS.key(endpoint).text();
  }

  private String deadLetters(String endpoint) {
    return space.prefix() + Keyspaces.DEAD_LETTERS.key(endpoint).text();
  }

  private RedisScript.Call onOutbox() {
    return RedisScript.call().key(outbox.events()).key(outbox.counters());
  }

  private static long lifetime() {
    return Keyspaces.OUTBOX.lifetime().length().toMillis();
  }

  /** Starts an endpoint's consumer group at the next event. */
  Future<Void> follow(String endpoint) {
    return line.run(FOLLOW, onOutbox().arg(endpoint).arg(lifetime())).mapEmpty();
  }

  Future<Void> unfollow(String endpoint) {
    return line.run(
            UNFOLLOW,
            onOutbox()
                .key(attempts(endpoint))
                .key(deadLetters(endpoint))
                .key(owner(endpoint))
                .arg(endpoint))
        .mapEmpty();
  }

  /** Acquires or renews the lease of an endpoint's deliveries, unless it was deleted. */
  Future<Boolean> own(String endpoint, Duration lease) {
    return line.run(
            OWN,
            RedisScript.call()
                .key(owner(endpoint))
                .key(space.prefix() + Keyspaces.WEBHOOKS.key().text())
                .arg(node)
                .arg(lease.toMillis())
                .arg(endpoint))
        .map(reply -> reply.toInteger() == 1);
  }

  Future<Void> disown(String endpoint) {
    return line.run(DISOWN, RedisScript.call().key(owner(endpoint)).arg(node)).mapEmpty();
  }

  /** Events that were read, and the number of events lost before them. */
  record Taken(long dropped, List<OutboxEntry> entries) {}

  /** Reads events; nothing if another node owns the endpoint. */
  Future<@Nullable Taken> take(String endpoint, boolean unsettled, int most) {
    return line.run(
            TAKE,
            onOutbox()
                .key(owner(endpoint))
                .arg(endpoint)
                .arg(node)
                .arg(most)
                .arg(unsettled ? "0" : ">")
                .arg(lifetime()))
        .map(
            reply ->
                reply == null ? null : new Taken(reply.get(0).toLong(), entries(reply.get(1))));
  }

  static List<OutboxEntry> entries(Response list) {
    return list.stream().map(RedisDeliveries::entry).toList();
  }

  private static OutboxEntry entry(Response entry) {
    Map<String, String> fields = new LinkedHashMap<>();
    Response flat = entry.get(1);
    for (int i = 0; flat != null && i + 1 < flat.size(); i += 2) {
      fields.put(flat.get(i).toString(), flat.get(i + 1).toString());
    }
    return new OutboxEntry(entry.get(0).toString(), fields);
  }

  /** Records an attempt, and acknowledges the event unless the attempt failed. */
  Future<Void> settle(String endpoint, OutboxEntry entry, WebhookAttempt attempt) {
    RedisScript.Call call =
        RedisScript.call()
            .key(outbox.events())
            .key(attempts(endpoint))
            .key(deadLetters(endpoint))
            .arg(endpoint)
            .arg(entry.id())
            .arg(attempt.result())
            .arg(Buffer.buffer(RecordJson.write(attempt)))
            .arg(ATTEMPTS)
            .arg(Keyspaces.WEBHOOK_ATTEMPTS.lifetime().length().toMillis())
            .arg(DEAD_LETTERS)
            .arg(Keyspaces.DEAD_LETTERS.lifetime().length().toMillis());
    if (attempt.result().equals(AttemptRecords.GIVEN_UP)) {
      String problem = attempt.problem() == null ? "" : attempt.problem();
      OutboxEntry.withMessage(entry, problem).pairs().forEach(call::arg);
    }
    return line.run(SETTLE, call).mapEmpty();
  }

  Future<Void> skip(String endpoint, List<String> entries) {
    RedisScript.Call call = RedisScript.call().key(outbox.events()).arg(endpoint);
    entries.forEach(call::arg);
    return line.run(SKIP, call).mapEmpty();
  }

  /** Returns the last attempts, the newest first. */
  Future<List<WebhookAttempt>> attemptsOf(String endpoint) {
    return line.send(Request.cmd(Command.LRANGE).arg(attempts(endpoint)).arg(0).arg(ATTEMPTS - 1))
        .map(
            reply ->
                reply.stream()
                    .map(one -> RecordJson.read(one.toBuffer().getBytes(), WebhookAttempt.class))
                    .toList());
  }

  /** Returns dead letters from an entry on, and one more than requested if there are more. */
  Future<List<OutboxEntry>> deadLetters(String endpoint, String from, int most) {
    return line.send(
            Request.cmd(Command.XRANGE)
                .arg(deadLetters(endpoint))
                .arg(from)
                .arg("+")
                .arg("COUNT")
                .arg(most + 1))
        .map(RedisDeliveries::entries);
  }

  /** The number of replayed events, and where the next page begins; null on the last. */
  record Replayed(long events, @Nullable ReplayCursor next) {}

  /** Appends a page of an endpoint's dead letters, or of its events, to the outbox again. */
  Future<Replayed> replay(Endpoint endpoint, ReplayCursor page, int most, int backlog) {
    List<String> types = new ArrayList<>();
    endpoint.events().forEach(event -> types.add(" " + event.text() + " "));
    boolean dead = page.since().isEmpty();
    return line.run(
            REPLAY,
            onOutbox()
                .key(dead ? deadLetters(endpoint.id()) : outbox.events())
                .arg(endpoint.id())
                .arg(page.first())
                .arg(page.last())
                .arg(most)
                .arg(dead ? "dead" : "since")
                .arg(String.join("", types))
                .arg(backlog)
                .arg(lifetime()))
        .map(
            reply ->
                new Replayed(
                    reply.get(0).toLong(),
                    page.next(reply.get(1).toString(), reply.get(2).toString())));
  }

  /** The number of undelivered events, dead letters and dropped events. */
  record Backlog(long waiting, long dead, long dropped) {
    static final Backlog NONE = new Backlog(0, 0, 0);
  }

  Future<Backlog> backlog(String endpoint) {
    return line.run(BACKLOG, onOutbox().key(deadLetters(endpoint)).arg(endpoint))
        .map(
            reply ->
                new Backlog(reply.get(0).toLong(), reply.get(1).toLong(), reply.get(2).toLong()));
  }
}
