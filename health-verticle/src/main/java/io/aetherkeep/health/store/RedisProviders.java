package io.aetherkeep.health.store;

import io.aetherkeep.catalogue.Keyspaces;
import io.aetherkeep.catalogue.ProviderAsks.Outcome;
import io.aetherkeep.catalogue.ProviderAsks.Status;
import io.aetherkeep.health.settings.ProviderRules;
import io.aetherkeep.keyspace.Space;
import io.aetherkeep.redis.RedisClock;
import io.aetherkeep.redis.RedisLine;
import io.aetherkeep.redis.script.RedisScript;
import io.aetherkeep.redis.store.RedisDueList;
import io.aetherkeep.redis.store.RedisIndex;
import io.aetherkeep.redis.store.WriteThrottle;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Store of providers in Redis: a record that every service reads, and beside it the window of
 * outcomes.
 */
public final class RedisProviders implements ProviderStore {

  private static final RedisScript OUTCOMES = script("record.lua", "outcomes.lua");
  private static final RedisScript DECIDE = script("record.lua", "decide.lua");
  private static final RedisScript READ = script("read.lua");

  private static final int BATCH = 100;

  /** How long a provider is listed after the last report. */
  private static final Duration LISTED = Duration.ofDays(7);

  /** Minimum interval between two writes of a provider's time in the list. */
  private static final Duration LIST_EVERY = Duration.ofSeconds(5);

  /**
   * Limit of listed providers beside the configured ones; the most recently reported are listed.
   */
  private static final int MOST_LISTED = 1000;

  private static RedisScript script(String... files) {
    return RedisScript.timed(RedisProviders.class, files);
  }

  private final RedisLine line;
  private final Space space;
  private final RedisClock clock;
  private final ProviderKeys keys;
  private final RedisLeases leases;
  private final RedisPlaces places;
  private final RedisDueList due;
  private final RedisIndex known;
  private final WriteThrottle listings;
  private final RedisProviderScan scan;

  /**
   * Creates a store.
   *
   * @param scan shared by the stores of a space on all event loops of a node
   */
  public RedisProviders(RedisLine line, Space space, RedisClock clock, RedisProviderScan scan) {
    this.line = line;
    this.space = space;
    this.clock = clock;
    this.keys = new ProviderKeys(space, line.isCluster());
    this.leases = new RedisLeases(line, keys, clock);
    this.places = new RedisPlaces(line, keys, clock);
    this.due = new RedisDueList(line, keys.due(), clock);
    this.known = RedisIndex.sortedSet(line, keys.known());
    this.listings = new WriteThrottle(LIST_EVERY, clock::millis);
    this.scan = scan;
  }

  private RedisScript.Call call(String id) {
    return RedisScript.call().key(keys.record(id)).key(keys.window(id));
  }

  private RedisScript.Call timed(String id) {
    return call(id)
        .arg(clock)
        .arg(space.lifetime(Keyspaces.PROVIDERS).length().toMillis())
        .arg(space.lifetime(Keyspaces.PROVIDER_WINDOWS).length().toMillis())
        .event("provider/" + id, "id", id);
  }

  @Override
  public boolean isUnavailable(String id) {
    return line.isUnavailable(keys.record(id));
  }

  @Override
  public Future<Optional<Known>> find(String id) {
    return line.read(READ, call(id).arg(clock))
        .recover(thrown -> readable(id, thrown))
        .map(
            reply -> {
              Map<String, String> record = fields(reply.get(0));
              return record.isEmpty() ? Optional.empty() : Optional.of(known(reply, 0));
            });
  }

  /** Parses a provider's state from an index of a reply on. */
  private static Known known(Response reply, int first) {
    return new Known(
        fields(reply.get(first)),
        fields(reply.get(first + 1)),
        reply.get(first + 2).toLong(),
        reply.get(first + 3).toLong());
  }

  private static Map<String, String> fields(Response reply) {
    Map<String, String> fields = new LinkedHashMap<>();
    List<String> parts = reply.stream().map(Response::toString).toList();
    for (int i = 0; i < parts.size(); i += 2) {
      fields.put(parts.get(i), parts.get(i + 1));
    }
    return fields;
  }

  @Override
  public Future<Judgement> count(
      String id, ProviderRules rules, boolean mayDisable, List<Outcome> all, Once name) {
    RedisScript.Call call = judging(id, rules, mayDisable, "count", name);
    for (Outcome outcome : all) {
      call.arg(outcome.success() ? "1" : "0")
          .arg(outcome.latencyMs() == null ? "" : outcome.latencyMs().toString())
          .arg(outcome.error() == null ? "" : outcome.error())
          .arg(outcome.ttftMs() == null ? "" : outcome.ttftMs().toString())
          .arg(
              outcome.retryAfterSeconds() == null
                  ? ""
                  : Long.toString(outcome.retryAfterSeconds() * 1000));
    }
    return listed(id, judge(id, OUTCOMES, call));
  }

  @Override
  public Future<Judgement> reopen(String id, ProviderRules rules) {
    return judge(id, OUTCOMES, judging(id, rules, true, "open", Once.UNNAMED));
  }

  @Override
  public Future<Judgement> disable(String id, ProviderRules rules) {
    return judge(id, OUTCOMES, judging(id, rules, true, "judge", Once.UNNAMED));
  }

  private RedisScript.Call judging(
      String id, ProviderRules rules, boolean may, String mode, Once name) {
    return timed(id)
        .arg(rules.json())
        .arg(may ? "may" : "ask")
        .arg(mode)
        .arg(name.sender())
        .arg(name.number());
  }

  private Future<Judgement> judge(String id, RedisScript script, RedisScript.Call call) {
    return line.run(script, call)
        .recover(thrown -> readable(id, thrown))
        .map(RedisProviders::judgement);
  }

  /** Names the keys in the failure if another client stored a value of another type there. */
  private <T> Future<T> readable(String id, Throwable thrown) {
    return RedisIndex.named(thrown, keys.record(id), keys.window(id));
  }

  private static Judgement judgement(Response reply) {
    return new Judgement(
        status(reply.get(0).toString()),
        status(reply.get(1).toString()),
        reply.get(2).toString(),
        reply.get(3).toInteger() == 1,
        reply.get(4).toLong(),
        reply.get(5).toLong(),
        known(reply, 6));
  }

  /**
   * Adds the provider to the list after the script, at intervals; the judgement does not depend on
   * its success.
   */
  private Future<Judgement> listed(String id, Future<Judgement> judged) {
    return listings.isDue(id)
        ? known
            .write(Request.cmd(Command.ZADD).arg(known.key()).arg(clock.millis()).arg(id))
            .onFailure(thrown -> listings.failed(id))
            .transform(done -> judged)
        : judged;
  }

  private static Status status(String word) {
    return Status.valueOf(word.toUpperCase(Locale.ROOT));
  }

  @Override
  public Future<Judgement> decide(String id, Decision decision) {
    RedisScript.Call call =
        timed(id)
            .arg(decision.what().name().toLowerCase(Locale.ROOT))
            .arg(decision.forMillis())
            .arg(decision.reason());
    Outright record = decision.record();
    if (record != null) {
      call.arg(record.status().word())
          .arg(plain(record.successRate()))
          .arg(plain(record.avgLatency()))
          .arg(record.lastFailure() == null ? "" : record.lastFailure());
    }
    return listed(id, judge(id, DECIDE, call));
  }

  /** Formats a number as the other services do: 1, 0.99, 250. */
  private static String plain(double number) {
    return number == Math.rint(number)
        ? Long.toString((long) number)
        : new BigDecimal(Double.toString(number)).stripTrailingZeros().toPlainString();
  }

  @Override
  public Future<Void> remember(String id, long until) {
    Request request = Request.cmd(until == 0 ? Command.ZREM : Command.ZADD).arg(keys.due());
    return RedisIndex.sortedSet(line, keys.due())
        .write(until == 0 ? request.arg(id) : request.arg(until).arg(id))
        .mapEmpty();
  }

  @Override
  public PlaceStore places() {
    return places;
  }

  @Override
  public LeaseStore leases() {
    return leases;
  }

  @Override
  public RedisClock clock() {
    return clock;
  }

  @Override
  public Future<List<String>> remembered() {
    long oldest = clock.millis() - LISTED.toMillis();
    Request forget = Request.cmd(Command.ZREMRANGEBYSCORE).arg(known.key()).arg("-inf").arg(oldest);
    Request newest =
        Request.cmd(Command.ZRANGE).arg(known.key()).arg(0).arg(MOST_LISTED - 1).arg("REV");
    return scan.ifDue(line, this::listed)
        .compose(done -> known.write(forget))
        .compose(done -> known.read(newest))
        .map(reply -> reply == null ? List.of() : reply.stream().map(Response::toString).toList());
  }

  /**
   * Adds providers to the list that only other services wrote, with the time at which they were
   * found.
   */
  private Future<?> listed(List<String> ids) {
    Request add = Request.cmd(Command.ZADD).arg(known.key());
    ids.forEach(id -> add.arg(clock.millis()).arg(id));
    return known.write(add);
  }

  @Override
  public Future<Void> due(RedisDueList.Work work) {
    return due.work(BATCH, work);
  }
}
