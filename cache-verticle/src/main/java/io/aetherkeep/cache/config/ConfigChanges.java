package io.aetherkeep.cache.config;

import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.cache.config.ConfigHistory.Elsewhere;
import io.aetherkeep.cache.loading.LoadExecutor;
import io.aetherkeep.cache.origin.ConfigTable;
import io.aetherkeep.cache.origin.ConfigTable.Changed;
import io.aetherkeep.cache.origin.ConfigTable.Step;
import io.aetherkeep.cache.origin.OriginLog;
import io.aetherkeep.document.Document;
import io.aetherkeep.document.JsonDiff;
import io.aetherkeep.document.Offload;
import io.aetherkeep.keyspace.Condition;
import io.aetherkeep.keyspace.Key;
import io.aetherkeep.keyspace.Stored;
import io.vertx.core.Future;
import io.vertx.pgclient.PgException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Changes of one or several configurations: all of them or none, under one version number. A change
 * is made in Redis, or first in the table if that is the system of record.
 */
final class ConfigChanges {

  /** SQLSTATEs of values that the table's columns or checks reject. */
  private static final List<String> REFUSED_VALUES = List.of("22", "23514");

  private final OriginLog originLog;

  ConfigChanges(OriginLog originLog) {
    this.originLog = originLog;
  }

  /**
   * A change of one configuration, and its precondition.
   *
   * @param value null to remove it
   * @param ifVersion changes only this version, or any existing one if it is {@code *}
   */
  record Change(
      Key<Document> key, @Nullable Document value, @Nullable String ifVersion, boolean ifAbsent) {

    int length() {
      return value == null ? 0 : value.length();
    }

    boolean isOfOneVersion() {
      return ifVersion != null && !ifVersion.equals("*");
    }

    boolean allows(@Nullable Document present) {
      if (ifAbsent) {
        return present == null;
      }
      return ifVersion == null
          || (present != null && (!isOfOneVersion() || ifVersion.equals(present.version())));
    }
  }

  /**
   * Result of changes, in their order.
   *
   * @param number number of their version; 0 if there was nothing to remove
   */
  record Done(long number, List<Result> results) {

    Done {
      results = List.copyOf(results);
    }
  }

  /** Result of one change. */
  record Result(@Nullable Document value, boolean replaced) {}

  Future<Done> change(ConfigCache cache, List<Change> changes, String by) {
    if (changes.size() > 1 && !cache.history().takesSeveral()) {
      throw Failure.of(
          Code.CROSS_SLOT,
          "The configurations have different slots of the Redis Cluster: write each on its own");
    }
    return table(cache)
        .compose(
            table ->
                table == null
                    ? changeHere(cache, changes, by)
                    : changeInTable(cache, table, changes, by))
        .onComplete(
            done -> changes.forEach(change -> cache.cache().near().drop(change.key().text())));
  }

  /** The table that is the system of record of configurations, if one exists. */
  Future<@Nullable ConfigTable> table(ConfigCache cache) {
    ConfigTable table = cache.table();
    return table == null
        ? Future.succeededFuture(null)
        : table.find().recover(thrown -> Future.failedFuture(unavailable(cache, thrown)));
  }

  private Failure unavailable(ConfigCache cache, Throwable thrown) {
    originLog.failed(cache.cache().space().definition().name() + "/config", thrown);
    return LoadExecutor.unavailable(thrown);
  }

  private static Future<Done> changeHere(ConfigCache cache, List<Change> changes, String by) {
    return Future.all(changes.stream().map(change -> conditional(cache, change)).toList())
        .compose(all -> cache.history().change(all.list(), by))
        .map(
            changed -> {
              List<Result> results = new ArrayList<>();
              for (int i = 0; i < changes.size(); i++) {
                results.add(new Result(changes.get(i).value(), changed.replaced().get(i)));
              }
              return new Done(changed.number(), results);
            });
  }

  private static Future<ConfigHistory.Change> conditional(ConfigCache cache, Change change) {
    return condition(cache, change)
        .map(condition -> new ConfigHistory.Change(change.key(), condition, change.value()));
  }

  /** Turns a version into the bytes it was computed from: the script compares bytes. */
  private static Future<Condition<Document>> condition(ConfigCache cache, Change change) {
    if (change.ifAbsent()) {
      return Future.succeededFuture(Condition.absent());
    }
    if (!change.isOfOneVersion()) {
      return Future.succeededFuture(
          change.ifVersion() == null ? Condition.any() : Condition.present());
    }
    return here(cache, change.key())
        .map(
            present -> {
              if (present == null || !change.allows(present)) {
                throw ConfigTable.conflict(change.key().id());
              }
              return Condition.still(present);
            });
  }

  /** The value in Redis, or null if it is not text. */
  private static Future<@Nullable Document> here(ConfigCache cache, Key<Document> key) {
    return cache
        .cache()
        .store()
        .find(key)
        .map(found -> found.map(Stored::value).orElse(null))
        .recover(
            thrown ->
                Failure.from(thrown).code() == Code.UNREADABLE_VALUE
                    ? Future.succeededFuture(null)
                    : Future.failedFuture(thrown));
  }

  /**
   * Changes the table first, because it is the system of record, then drops the copies in Redis.
   */
  private Future<Done> changeInTable(
      ConfigCache cache, ConfigTable table, List<Change> changes, String by) {
    List<Changed> results = new ArrayList<>();
    return Future.all(changes.stream().map(change -> step(cache, change)).toList())
        .compose(
            steps ->
                table
                    .change(
                        steps.list(),
                        (changed, number) -> {
                          results.addAll(changed);
                          return noted(cache, changed, number, by);
                        })
                    .recover(thrown -> Future.failedFuture(refusal(cache, thrown))))
        .compose(
            number ->
                Future.all(results.stream().map(one -> dropped(cache, one)).toList())
                    .map(dropped -> done(changes, results, number)));
  }

  /** Converts a change for the table; its precondition may also be met by the copy in Redis. */
  private static Future<Step> step(ConfigCache cache, Change change) {
    return here(cache, change.key())
        .map(
            here ->
                new Step(
                    change.key().id(), active -> allows(change, active, here), change.value()));
  }

  private static Future<Boolean> allows(
      Change change, @Nullable Document active, @Nullable Document here) {
    if (change.allows(active)) {
      return Future.succeededFuture(true);
    }
    return change.isOfOneVersion() && active != null && here != null && change.allows(here)
        ? Offload.run(active.length() + here.length(), () -> isSame(active, here))
        : Future.succeededFuture(false);
  }

  /** Compares values as JSON: services that fill Redis from the table may format it differently. */
  private static boolean isSame(Document active, Document here) {
    return here.isJson() && JsonDiff.between(here, active).toString().equals("[]");
  }

  /**
   * Records the version within the table's transaction: in the order of its changes, and only if
   * Redis accepts it.
   */
  private static Future<Long> noted(
      ConfigCache cache, List<Changed> changed, long number, String by) {
    List<Elsewhere> notes =
        changed.stream()
            .filter(one -> !one.isAbsent())
            .map(one -> new Elsewhere(cache.key(one.step().name()), one.before(), one.value()))
            .toList();
    return notes.isEmpty()
        ? Future.succeededFuture(0L)
        : cache.history().recordExternalChanges(notes, number, by);
  }

  /** Results in the order of the changes; the table made them in the order of their names. */
  private static Done done(List<Change> changes, List<Changed> changed, long number) {
    List<Result> results = new ArrayList<>();
    for (Change change : changes) {
      for (Changed one : changed) {
        if (one.step().name().equals(change.key().id())) {
          results.add(new Result(one.value(), one.before() != null));
        }
      }
    }
    return new Done(number, results);
  }

  Failure refusal(ConfigCache cache, Throwable thrown) {
    if (thrown instanceof Failure failure) {
      return failure;
    }
    if (thrown instanceof PgException refused
        && REFUSED_VALUES.stream().anyMatch(refused.getSqlState()::startsWith)) {
      return Failure.of(
          Code.INVALID_CONFIG,
          "The system of record cannot store it (SQLSTATE " + refused.getSqlState() + ")");
    }
    return unavailable(cache, thrown);
  }

  /**
   * Drops the copy in Redis. The table is changed already, so a failure is retried when Redis is
   * back.
   */
  private static Future<Void> dropped(ConfigCache cache, Changed changed) {
    if (changed.isAbsent()) {
      return Future.succeededFuture();
    }
    Key<Document> key = cache.key(changed.step().name());
    return cache
        .history()
        .drop(key)
        .recover(
            thrown -> {
              cache.state().retryLater(key.id(), () -> cache.history().drop(key));
              return Future.succeededFuture();
            });
  }
}
