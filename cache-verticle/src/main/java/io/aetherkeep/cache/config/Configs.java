package io.aetherkeep.cache.config;

import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.cache.config.ConfigChanges.Change;
import io.aetherkeep.cache.config.ConfigChanges.Done;
import io.aetherkeep.cache.config.ConfigChanges.Result;
import io.aetherkeep.cache.config.ConfigHistory.Version;
import io.aetherkeep.cache.entries.CacheEntries;
import io.aetherkeep.cache.entries.Limits;
import io.aetherkeep.cache.entries.Lookup;
import io.aetherkeep.cache.origin.OriginLog;
import io.aetherkeep.cache.schema.ConfigSchemas;
import io.aetherkeep.catalogue.CacheAsks.Entry;
import io.aetherkeep.catalogue.ConfigAsks.Config;
import io.aetherkeep.catalogue.ConfigAsks.ConfigList;
import io.aetherkeep.catalogue.ConfigAsks.ConfigRemoved;
import io.aetherkeep.catalogue.ConfigAsks.ConfigVersions;
import io.aetherkeep.catalogue.ConfigAsks.ConfigWrite;
import io.aetherkeep.catalogue.ConfigAsks.ConfigWritten;
import io.aetherkeep.catalogue.ConfigAsks.ConfigsWritten;
import io.aetherkeep.catalogue.ConfigAsks.ListConfigVersions;
import io.aetherkeep.catalogue.ConfigAsks.ListConfigs;
import io.aetherkeep.catalogue.ConfigAsks.ReadConfig;
import io.aetherkeep.catalogue.ConfigAsks.RemoveConfig;
import io.aetherkeep.catalogue.ConfigAsks.RollbackConfig;
import io.aetherkeep.catalogue.ConfigAsks.WriteConfig;
import io.aetherkeep.catalogue.ConfigAsks.WriteConfigs;
import io.aetherkeep.catalogue.ConfigAsks.WrittenConfig;
import io.aetherkeep.document.Document;
import io.aetherkeep.document.Offload;
import io.aetherkeep.keyspace.PerSpace;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Configuration service: validates and versions every change, and rejects conflicting writes. */
public final class Configs {

  private final PerSpace<ConfigCache> bySpace;
  private final ConfigSchemas schemas;
  private final ConfigChanges changes;

  public Configs(Map<String, ConfigCache> bySpace, ConfigSchemas schemas, OriginLog originLog) {
    this.changes = new ConfigChanges(originLog);
    this.bySpace = PerSpace.by(bySpace);
    this.schemas = schemas;
  }

  public Future<Config> read(ReadConfig ask) {
    ConfigCache cache = bySpace.of(ask.space());
    return Lookup.find(cache.cache(), cache.key(ask.name()))
        .compose(entry -> config(ask.name(), entry))
        .onSuccess(config -> cache.state().observe(ask.name(), config.version()))
        .recover(
            thrown -> {
              if (Failure.from(thrown).code() != Code.ENTRY_UNKNOWN) {
                return Future.failedFuture(thrown);
              }
              // A reader asked for this name, so the watch announces when it is created.
              cache.state().observe(ask.name(), ConfigState.NONE);
              return Future.failedFuture(
                  Failure.of(Code.CONFIG_UNKNOWN, "No configuration has this name"));
            });
  }

  private static Future<Config> config(String name, Entry entry) {
    return entry
        .value()
        .checked()
        .map(CacheEntries::requireJson)
        .map(value -> new Config(name, value, value.version(), staleSeconds(entry)));
  }

  private static @Nullable Long staleSeconds(Entry entry) {
    return switch (entry.source()) {
      case STALE_OUTAGE -> entry.staleSeconds();
      case STALE, STALE_ERROR -> -entry.ttlSeconds();
      default -> null;
    };
  }

  public Future<ConfigWritten> write(WriteConfig ask) {
    ConfigWrite change =
        new ConfigWrite(ask.name(), ask.value(), null, ask.ifVersion(), ask.ifAbsent());
    WriteConfigs alone = new WriteConfigs(ask.space(), List.of(change), ask.by(), ask.claimedBy());
    return write(alone)
        .map(
            done -> {
              WrittenConfig only = done.configs().get(0);
              return new ConfigWritten(
                  Objects.requireNonNull(only.version()), done.number(), only.created());
            });
  }

  /** Writes and removes several configurations: all of them or none. */
  public Future<ConfigsWritten> write(WriteConfigs ask) {
    ConfigCache cache = bySpace.of(ask.space());
    requireDifferent(ask.configs());
    List<Change> changes = ask.configs().stream().map(write -> change(cache, write)).toList();
    int bytes = changes.stream().mapToInt(Change::length).sum();
    return Offload.run(bytes, () -> checked(cache, changes))
        .compose(
            valid ->
                this.changes.change(
                    cache, valid, ConfigAuthor.of(ask.by(), ask.claimedBy()).text()))
        .map(done -> written(changes, done));
  }

  private static void requireDifferent(List<ConfigWrite> configs) {
    if (configs.isEmpty() || configs.size() > WriteConfigs.MOST) {
      throw Failure.of(
          Code.INVALID_BODY, "Name from 1 to " + WriteConfigs.MOST + " configurations");
    }
    if (configs.stream().map(ConfigWrite::name).distinct().count() != configs.size()) {
      throw Failure.of(Code.INVALID_BODY, "Name each configuration once");
    }
  }

  private static Change change(ConfigCache cache, ConfigWrite write) {
    boolean removes = Boolean.TRUE.equals(write.remove());
    boolean ifAbsent = Boolean.TRUE.equals(write.ifAbsent());
    if (removes == (write.value() != null)) {
      throw Failure.of(
          Code.INVALID_BODY, "Give '" + write.name() + "' either a value or remove: true");
    }
    if (ifAbsent && (removes || write.ifVersion() != null)) {
      throw Failure.of(
          Code.INVALID_BODY,
          "ifAbsent of '" + write.name() + "' goes with neither ifVersion nor remove");
    }
    return new Change(cache.key(write.name()), write.value(), write.ifVersion(), ifAbsent);
  }

  private List<Change> checked(ConfigCache cache, List<Change> changes) {
    for (Change change : changes) {
      Document value = change.value();
      if (value != null) {
        Limits.checkValue(value, cache.cache().space().definition());
        schemas.check(change.key().id(), value);
      }
    }
    return changes;
  }

  private static ConfigsWritten written(List<Change> changes, Done done) {
    List<WrittenConfig> configs = new ArrayList<>();
    for (int i = 0; i < changes.size(); i++) {
      Result result = done.results().get(i);
      Document value = result.value();
      configs.add(
          new WrittenConfig(
              changes.get(i).key().id(),
              value == null ? null : value.version(),
              value != null && !result.replaced()));
    }
    return new ConfigsWritten(done.number(), configs);
  }

  public Future<ConfigRemoved> remove(RemoveConfig ask) {
    ConfigCache cache = bySpace.of(ask.space());
    Change change = new Change(cache.key(ask.name()), null, ask.ifVersion(), false);
    return changes
        .change(cache, List.of(change), ConfigAuthor.of(ask.by(), ask.claimedBy()).text())
        .map(done -> new ConfigRemoved(done.results().get(0).replaced()));
  }

  public Future<ConfigList> list(ListConfigs ask) {
    ConfigCache cache = bySpace.of(ask.space());
    return changes
        .table(cache)
        .compose(
            table ->
                ConfigListing.read(cache, table, ask)
                    .recover(thrown -> Future.failedFuture(changes.refusal(cache, thrown))));
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
