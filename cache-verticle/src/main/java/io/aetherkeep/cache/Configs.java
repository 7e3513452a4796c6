package io.aetherkeep.cache;

import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.cache.ConfigHistory.Noted;
import io.aetherkeep.cache.ConfigHistory.Numbered;
import io.aetherkeep.catalogue.ConfigAsks.Config;
import io.aetherkeep.catalogue.ConfigAsks.ConfigRemoved;
import io.aetherkeep.catalogue.ConfigAsks.ConfigVersion;
import io.aetherkeep.catalogue.ConfigAsks.ConfigVersions;
import io.aetherkeep.catalogue.ConfigAsks.ConfigWritten;
import io.aetherkeep.catalogue.ConfigAsks.ListConfigVersions;
import io.aetherkeep.catalogue.ConfigAsks.ReadConfig;
import io.aetherkeep.catalogue.ConfigAsks.RemoveConfig;
import io.aetherkeep.catalogue.ConfigAsks.RollbackConfig;
import io.aetherkeep.catalogue.ConfigAsks.WriteConfig;
import io.aetherkeep.keyspace.Changes;
import io.aetherkeep.keyspace.Document;
import io.aetherkeep.keyspace.Key;
import io.aetherkeep.keyspace.Stored;
import io.vertx.core.Future;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The rules of configurations: checked, versioned, never lost to a faster writer. */
final class Configs {

  /** Without a condition of their own, writers who meet try again that often. */
  private static final int ATTEMPTS = 5;

  private static final int LONGEST_AUTHOR = 128;

  private final Map<String, ConfigShelf> bySpace;
  private final ConfigSchemas schemas;
  private final InstantSource clock;
  private final OriginLog originLog;

  Configs(
      Map<String, ConfigShelf> bySpace,
      ConfigSchemas schemas,
      InstantSource clock,
      OriginLog originLog) {
    this.originLog = originLog;
    this.bySpace = Map.copyOf(bySpace);
    this.schemas = schemas;
    this.clock = clock;
  }

  private ConfigShelf shelf(String space) {
    ConfigShelf shelf = bySpace.get(space);
    if (shelf == null) {
      throw Failure.of(Code.SPACE_UNKNOWN, "No space is named like this");
    }
    return shelf;
  }

  Future<Config> read(ReadConfig ask) {
    ConfigShelf shelf = shelf(ask.space());
    return Lookup.find(shelf.shelf(), shelf.key(ask.name()))
        .map(entry -> Caches.requireJson(entry.value()))
        .map(value -> new Config(ask.name(), value, value.version()))
        .onSuccess(config -> shelf.seen().putIfAbsent(ask.name(), config.version()))
        .recover(Configs::told);
  }

  private static <T> Future<T> told(Throwable thrown) {
    return Future.failedFuture(
        Failure.from(thrown).code() == Code.ENTRY_UNKNOWN
            ? Failure.of(Code.CONFIG_UNKNOWN, "Nothing is configured under this name")
            : thrown);
  }

  /** What is there, past every copy. */
  private static Future<@Nullable Document> current(
      ConfigShelf shelf, Key<Document> key, @Nullable ConfigTable table) {
    Loading loading = shelf.shelf().loading();
    return table != null && loading != null
        ? loading.ask(key).map(loaded -> loaded.value())
        : shelf.shelf().store().find(key).map(found -> found.map(Stored::value).orElse(null));
  }

  /** The table in which configurations are true, if there is one. */
  private Future<@Nullable ConfigTable> table(ConfigShelf shelf) {
    ConfigTable table = shelf.table();
    return table == null
        ? Future.succeededFuture(null)
        : table.find().recover(thrown -> Future.failedFuture(unavailable(shelf, thrown)));
  }

  private Failure unavailable(ConfigShelf shelf, Throwable thrown) {
    originLog.failed(shelf.shelf().room().space().name() + "/config", thrown);
    return Loads.unavailable(thrown);
  }

  Future<ConfigWritten> write(WriteConfig ask) {
    ConfigShelf shelf = shelf(ask.space());
    Key<Document> key = shelf.key(ask.name());
    Limits.checkValue(ask.value(), shelf.shelf().room().space());
    schemas.check(ask.name(), ask.value());
    Predicate<@Nullable Document> condition = condition(ask.ifVersion(), ask.ifAbsent());
    return change(shelf, key, ask.value(), condition, author(ask.by()), ATTEMPTS)
        .map(
            done ->
                new ConfigWritten(
                    Objects.requireNonNull(done.value()).version(),
                    done.number(),
                    done.before() == null));
  }

  Future<ConfigRemoved> remove(RemoveConfig ask) {
    ConfigShelf shelf = shelf(ask.space());
    Key<Document> key = shelf.key(ask.name());
    Predicate<@Nullable Document> condition = condition(ask.ifVersion(), false);
    return change(shelf, key, null, condition, author(ask.by()), ATTEMPTS)
        .map(done -> new ConfigRemoved(done.before() != null));
  }

  private static Predicate<@Nullable Document> condition(@Nullable String version, boolean absent) {
    if (absent) {
      return Objects::isNull;
    }
    if (version == null) {
      return any -> true;
    }
    return present -> present != null && (version.equals("*") || version.equals(present.version()));
  }

  private static String author(@Nullable String by) {
    if (by == null || by.isBlank()) {
      return "anonymous";
    }
    if (by.length() > LONGEST_AUTHOR || by.chars().anyMatch(Character::isISOControl)) {
      throw Failure.of(
          Code.INVALID_HEADER, "An author has at most " + LONGEST_AUTHOR + " visible characters");
    }
    return by;
  }

  /** A change that was made, from what to what. */
  private record Done(@Nullable Document before, @Nullable Document value, long number) {}

  private Future<Done> change(
      ConfigShelf shelf,
      Key<Document> key,
      @Nullable Document value,
      Predicate<@Nullable Document> condition,
      String by,
      int attempts) {
    return table(shelf)
        .compose(
            table ->
                current(shelf, key, table)
                    .compose(
                        before -> {
                          if (!condition.test(before)) {
                            return Future.failedFuture(conflict());
                          }
                          return before == null && value == null
                              ? Future.succeededFuture(new Done(null, null, 0))
                              : attempt(shelf, table, key, before, value, by);
                        }))
        .recover(
            thrown ->
                attempts > 1 && thrown instanceof Faster
                    ? change(shelf, key, value, condition, by, attempts - 1)
                    : Future.failedFuture(thrown instanceof Faster ? conflict() : thrown))
        .onComplete(done -> shelf.shelf().near().drop(key.text()));
  }

  /** Somebody else changed it between reading and writing. */
  private static final class Faster extends RuntimeException {
    private static final long serialVersionUID = 1;
  }

  private Future<Done> attempt(
      ConfigShelf shelf,
      @Nullable ConfigTable table,
      Key<Document> key,
      @Nullable Document before,
      @Nullable Document value,
      String by) {
    if (table != null) {
      return attemptInTable(shelf, table, key, before, value, by);
    }
    return shelf
        .history()
        .change(key, before, noted(before, value, by))
        .map(number -> requireMade(number, new Done(before, value, number)));
  }

  private static Done requireMade(long number, Done done) {
    if (number == 0) {
      throw new Faster();
    }
    return done;
  }

  /** The table first, for it is what is true; then what is here is dropped and the change noted. */
  private Future<Done> attemptInTable(
      ConfigShelf shelf,
      ConfigTable table,
      Key<Document> key,
      @Nullable Document before,
      @Nullable Document value,
      String by) {
    return table
        .change(key.id(), before, value)
        .recover(
            thrown ->
                Future.failedFuture(
                    Failure.from(thrown).code() == Code.VERSION_CONFLICT
                        ? new Faster()
                        : unavailable(shelf, thrown)))
        .compose(
            changed ->
                shelf
                    .shelf()
                    .revoke(key)
                    .compose(
                        revoked ->
                            shelf
                                .history()
                                .noteElsewhere(
                                    key, changed.number(), noted(before, changed.value(), by)))
                    .map(number -> new Done(before, changed.value(), number)));
  }

  private Noted noted(@Nullable Document before, @Nullable Document value, String by) {
    return new Noted(clock.instant().toString(), by, value, Changes.between(before, value));
  }

  Future<ConfigVersions> versions(ListConfigVersions ask) {
    ConfigShelf shelf = shelf(ask.space());
    return shelf
        .history()
        .list(shelf.key(ask.name()))
        .map(
            all -> {
              if (all.isEmpty()) {
                throw Failure.of(
                    Code.CONFIG_UNKNOWN, "Nothing was ever configured under this name");
              }
              return new ConfigVersions(all.stream().map(Configs::row).toList());
            });
  }

  private static ConfigVersion row(Numbered numbered) {
    Noted change = numbered.change();
    return new ConfigVersion(
        numbered.number(),
        change.at(),
        change.by(),
        change.value() == null ? null : change.value().version(),
        change.diff());
  }

  Future<ConfigWritten> rollback(RollbackConfig ask) {
    ConfigShelf shelf = shelf(ask.space());
    return shelf
        .history()
        .list(shelf.key(ask.name()))
        .map(all -> valueAt(all, ask.number()))
        .compose(
            value -> write(new WriteConfig(ask.space(), ask.name(), value, null, false, ask.by())));
  }

  private static Document valueAt(List<Numbered> all, long number) {
    return all.stream()
        .filter(numbered -> numbered.number() == number)
        .map(numbered -> numbered.change().value())
        .filter(Objects::nonNull)
        .findFirst()
        .orElseThrow(
            () -> Failure.of(Code.VERSION_UNKNOWN, "No version with a value has this number"));
  }

  private static Failure conflict() {
    return Failure.of(Code.VERSION_CONFLICT, "Read it again, then decide");
  }
}
