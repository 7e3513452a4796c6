package io.aetherkeep.cache.config;

import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.cache.config.ConfigHistory.Elsewhere;
import io.aetherkeep.cache.config.ConfigHistory.Version;
import io.aetherkeep.cache.entries.CacheEntries;
import io.aetherkeep.cache.entries.Limits;
import io.aetherkeep.cache.entries.Lookup;
import io.aetherkeep.cache.loading.Loads;
import io.aetherkeep.cache.origin.ConfigTable;
import io.aetherkeep.cache.origin.ConfigTable.Active;
import io.aetherkeep.cache.origin.OriginLog;
import io.aetherkeep.cache.schema.ConfigSchemas;
import io.aetherkeep.catalogue.ConfigAsks.Config;
import io.aetherkeep.catalogue.ConfigAsks.ConfigList;
import io.aetherkeep.catalogue.ConfigAsks.ConfigRemoved;
import io.aetherkeep.catalogue.ConfigAsks.ConfigVersions;
import io.aetherkeep.catalogue.ConfigAsks.ConfigWritten;
import io.aetherkeep.catalogue.ConfigAsks.ListConfigVersions;
import io.aetherkeep.catalogue.ConfigAsks.ListConfigs;
import io.aetherkeep.catalogue.ConfigAsks.ReadConfig;
import io.aetherkeep.catalogue.ConfigAsks.RemoveConfig;
import io.aetherkeep.catalogue.ConfigAsks.RollbackConfig;
import io.aetherkeep.catalogue.ConfigAsks.WriteConfig;
import io.aetherkeep.document.Changes;
import io.aetherkeep.document.Document;
import io.aetherkeep.document.Offload;
import io.aetherkeep.keyspace.Condition;
import io.aetherkeep.keyspace.Key;
import io.aetherkeep.keyspace.PerSpace;
import io.aetherkeep.keyspace.Stored;
import io.vertx.core.Future;
import io.vertx.pgclient.PgException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Configuration service: validates and versions every change, and rejects conflicting writes. */
public final class Configs {

  /** SQLSTATEs of values that the table's columns or checks reject. */
  private static final List<String> REFUSED_VALUES = List.of("22", "23514");

  private final PerSpace<ConfigCache> bySpace;
  private final ConfigSchemas schemas;
  private final OriginLog originLog;

  public Configs(Map<String, ConfigCache> bySpace, ConfigSchemas schemas, OriginLog originLog) {
    this.originLog = originLog;
    this.bySpace = PerSpace.by(bySpace);
    this.schemas = schemas;
  }

  public Future<Config> read(ReadConfig ask) {
    ConfigCache cache = bySpace.of(ask.space());
    return Lookup.find(cache.cache(), cache.key(ask.name()))
        .compose(entry -> entry.value().checked())
        .map(CacheEntries::requireJson)
        .map(value -> new Config(ask.name(), value, value.version()))
        .onSuccess(config -> cache.state().saw(ask.name(), config.version()))
        .recover(
            thrown -> {
              if (Failure.from(thrown).code() != Code.ENTRY_UNKNOWN) {
                return Future.failedFuture(thrown);
              }
              // A reader asked for this name, so the watch announces when it is created.
              cache.state().saw(ask.name(), ConfigState.NONE);
              return Future.failedFuture(
                  Failure.of(Code.CONFIG_UNKNOWN, "No configuration has this name"));
            });
  }

  /** The table that is the system of record of configurations, if one exists. */
  private Future<@Nullable ConfigTable> table(ConfigCache cache) {
    ConfigTable table = cache.table();
    return table == null
        ? Future.succeededFuture(null)
        : table.find().recover(thrown -> Future.failedFuture(unavailable(cache, thrown)));
  }

  private Failure unavailable(ConfigCache cache, Throwable thrown) {
    originLog.failed(cache.cache().space().definition().name() + "/config", thrown);
    return Loads.unavailable(thrown);
  }

  public Future<ConfigWritten> write(WriteConfig ask) {
    ConfigCache cache = bySpace.of(ask.space());
    Key<Document> key = cache.key(ask.name());
    Wish wish =
        new Wish(
            ask.ifVersion(), ask.ifAbsent(), ConfigAuthor.of(ask.by(), ask.claimedBy()).text());
    return Offload.run(ask.value().length(), () -> checked(cache, ask))
        .compose(value -> change(cache, key, value, wish))
        .map(
            done ->
                new ConfigWritten(
                    Objects.requireNonNull(done.value()).version(),
                    done.number(),
                    !done.replaced()));
  }

  private Document checked(ConfigCache cache, WriteConfig ask) {
    Limits.checkValue(ask.value(), cache.cache().space().definition());
    schemas.check(ask.name(), ask.value());
    return ask.value();
  }

  public Future<ConfigRemoved> remove(RemoveConfig ask) {
    ConfigCache cache = bySpace.of(ask.space());
    Wish wish = new Wish(ask.ifVersion(), false, ConfigAuthor.of(ask.by(), ask.claimedBy()).text());
    return change(cache, cache.key(ask.name()), null, wish)
        .map(done -> new ConfigRemoved(done.replaced()));
  }

  /** Precondition and author of a change. */
  private record Wish(@Nullable String version, boolean absent, String by) {

    boolean isOfOneVersion() {
      return version != null && !version.equals("*");
    }

    boolean allows(@Nullable Document present) {
      if (absent) {
        return present == null;
      }
      return version == null
          || (present != null && (!isOfOneVersion() || version.equals(present.version())));
    }
  }

  /** Result of a change. */
  private record Done(@Nullable Document value, long number, boolean replaced) {}

  private static final Done NOTHING = new Done(null, 0, false);

  private Future<Done> change(
      ConfigCache cache, Key<Document> key, @Nullable Document value, Wish wish) {
    return table(cache)
        .compose(
            table ->
                table == null
                    ? changeHere(cache, key, value, wish)
                    : changeInTable(cache, table, key, value, wish))
        .onComplete(done -> cache.cache().near().drop(key.text()));
  }

  private static Future<Done> changeHere(
      ConfigCache cache, Key<Document> key, @Nullable Document value, Wish wish) {
    return condition(cache, key, wish)
        .compose(condition -> cache.history().change(key, condition, value, wish.by()))
        .map(
            changed -> {
              if (changed == null) {
                throw ConfigTable.conflict();
              }
              return new Done(value, changed.number(), changed.replaced());
            });
  }

  /** Turns a version into the bytes it was computed from: the script compares bytes. */
  private static Future<Condition<Document>> condition(
      ConfigCache cache, Key<Document> key, Wish wish) {
    if (wish.absent()) {
      return Future.succeededFuture(Condition.absent());
    }
    if (!wish.isOfOneVersion()) {
      return Future.succeededFuture(wish.version() == null ? Condition.any() : Condition.present());
    }
    return here(cache, key)
        .map(
            present -> {
              if (present == null || !wish.allows(present)) {
                throw ConfigTable.conflict();
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

  /** Changes the table first, because it is the system of record, then drops the copy in Redis. */
  private Future<Done> changeInTable(
      ConfigCache cache,
      ConfigTable table,
      Key<Document> key,
      @Nullable Document value,
      Wish wish) {
    AtomicReference<Done> done = new AtomicReference<>(NOTHING);
    return here(cache, key)
        .compose(
            here ->
                table
                    .change(
                        key.id(),
                        active -> allows(wish, active, here),
                        value,
                        changed -> noted(cache, key, changed, wish, done))
                    .recover(thrown -> Future.failedFuture(refusal(cache, thrown))))
        .compose(number -> number == 0 ? Future.succeededFuture() : dropped(cache, key))
        .map(dropped -> done.get());
  }

  private static Future<Boolean> allows(
      Wish wish, @Nullable Document active, @Nullable Document here) {
    if (wish.allows(active)) {
      return Future.succeededFuture(true);
    }
    return wish.isOfOneVersion() && active != null && here != null && wish.allows(here)
        ? Offload.run(active.length() + here.length(), () -> isSame(active, here))
        : Future.succeededFuture(false);
  }

  /** Compares values as JSON: services that fill Redis from the table may format it differently. */
  private static boolean isSame(Document active, Document here) {
    return here.isJson() && Changes.between(here, active).toString().equals("[]");
  }

  private Failure refusal(ConfigCache cache, Throwable thrown) {
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
   * Records the version within the table's transaction: in the order of its changes, and only if
   * Redis accepts it.
   */
  private static Future<Long> noted(
      ConfigCache cache,
      Key<Document> key,
      ConfigTable.Changed changed,
      Wish wish,
      AtomicReference<Done> done) {
    Active before = changed.before();
    if (before == null && changed.value() == null) {
      return Future.succeededFuture(0L);
    }
    Elsewhere elsewhere =
        new Elsewhere(
            before == null ? null : before.value(), changed.value(), changed.number(), wish.by());
    return cache
        .history()
        .noteElsewhere(key, elsewhere)
        .onSuccess(number -> done.set(new Done(changed.value(), number, before != null)));
  }

  /**
   * Drops the copy in Redis. The table is changed already, so a failure is retried when Redis is
   * back.
   */
  private static Future<Void> dropped(ConfigCache cache, Key<Document> key) {
    return cache
        .history()
        .drop(key)
        .recover(
            thrown -> {
              cache.state().retryLater(key.id(), () -> cache.history().drop(key));
              return Future.succeededFuture();
            });
  }

  public Future<ConfigList> list(ListConfigs ask) {
    ConfigCache cache = bySpace.of(ask.space());
    return table(cache)
        .compose(
            table ->
                ConfigListing.read(cache, table, ask)
                    .recover(thrown -> Future.failedFuture(refusal(cache, thrown))));
  }

  public Future<ConfigVersions> versions(ListConfigVersions ask) {
    ConfigCache cache = bySpace.of(ask.space());
    return ConfigPages.read(cache.history(), cache.key(ask.name()), ask.cursor(), ask.limit());
  }

  public Future<ConfigWritten> rollback(RollbackConfig ask) {
    ConfigCache cache = bySpace.of(ask.space());
    if (ask.number() < 1) {
      throw noVersion();
    }
    return cache
        .history()
        .read(cache.key(ask.name()), ask.number(), 1)
        .compose(page -> valueAt(page.versions(), ask.number()))
        .compose(
            value ->
                write(
                    new WriteConfig(
                        ask.space(), ask.name(), value, null, false, ask.by(), ask.claimedBy())));
  }

  private static Future<Document> valueAt(List<Version> versions, long number) {
    return versions.stream()
        .filter(version -> version.number() == number)
        .map(Version::value)
        .filter(Objects::nonNull)
        .findFirst()
        .orElseThrow(Configs::noVersion)
        .checked()
        .map(
            value -> {
              if (!value.isJson()) {
                throw noVersion();
              }
              return value;
            });
  }

  private static Failure noVersion() {
    return Failure.of(Code.VERSION_UNKNOWN, "No stored version has this number");
  }
}
