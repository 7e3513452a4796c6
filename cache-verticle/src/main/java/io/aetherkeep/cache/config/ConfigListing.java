package io.aetherkeep.cache.config;

import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.cache.config.ConfigHistory.Present;
import io.aetherkeep.cache.config.ConfigHistory.Version;
import io.aetherkeep.cache.origin.ConfigTable;
import io.aetherkeep.cache.origin.ConfigTable.Listed;
import io.aetherkeep.catalogue.ConfigAsks.ConfigList;
import io.aetherkeep.catalogue.ConfigAsks.ConfigRow;
import io.aetherkeep.catalogue.ConfigAsks.ListConfigs;
import io.aetherkeep.catalogue.Keyspaces;
import io.aetherkeep.document.Document;
import io.aetherkeep.keyspace.Glob;
import io.aetherkeep.keyspace.Key;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Listing of a space's configurations in pages: name, version, time and author of each. */
final class ConfigListing {

  private static final int USUAL = 100;
  private static final int MOST = 1000;

  /** How many values are read at once: each may have the maximum size of a value. */
  private static final int BATCH = 8;

  /** Author of a value that was written by another service. */
  private static final String OTHERS = "another service";

  private final ConfigCache cache;
  private final int limit;

  private ConfigListing(ConfigCache cache, int limit) {
    this.cache = cache;
    this.limit = limit;
  }

  static Future<ConfigList> read(ConfigCache cache, @Nullable ConfigTable table, ListConfigs ask) {
    int limit = ask.limit() == null ? USUAL : ask.limit();
    if (limit < 1 || limit > MOST) {
      throw Failure.of(Code.INVALID_PARAMETER, "limit must be a whole number from 1 to " + MOST);
    }
    ConfigListing listing = new ConfigListing(cache, limit);
    return table == null ? listing.here(ask.cursor()) : listing.of(table, ask.cursor());
  }

  /** Lists the configurations in Redis. */
  private Future<ConfigList> here(@Nullable String cursor) {
    String all = Keyspaces.CONFIGS.pattern().glob(List.of(Glob.of("*")));
    return cache
        .cache()
        .space()
        .keys()
        .page(all, cursor, limit)
        .compose(
            page -> {
              List<String> names =
                  page.keys().stream().flatMap(key -> name(key).stream()).sorted().toList();
              return inBatches(names, this::row).map(rows -> new ConfigList(rows, page.next()));
            });
  }

  private static Optional<String> name(String key) {
    return Keyspaces.CONFIGS.pattern().parse(key).map(ids -> ids.get(0));
  }

  /** A row, or nothing if the configuration was removed in the meantime. */
  private Future<Optional<ConfigRow>> row(String name) {
    return cache
        .history()
        .present(cache.key(name))
        .map(now -> now.there() ? Optional.of(row(name, now)) : Optional.empty());
  }

  private static ConfigRow row(String name, Present now) {
    Version newest = now.newest();
    return row(name, now.value(), newest == null || !now.noted() ? null : newest, null, null);
  }

  private static ConfigRow row(
      String name,
      @Nullable Document value,
      @Nullable Version noted,
      @Nullable Long number,
      @Nullable String at) {
    ConfigAuthor author = ConfigAuthor.stored(noted == null ? OTHERS : noted.by());
    return new ConfigRow(
        name,
        value == null ? null : value.version(),
        noted == null ? number : Long.valueOf(noted.number()),
        noted == null ? at : noted.at(),
        author.name(),
        author.claim());
  }

  /**
   * Lists the configurations in the system of record. A row's version is that of the copy in Redis
   * if one exists.
   */
  private Future<ConfigList> of(ConfigTable table, @Nullable String cursor) {
    return table
        .list(cursor == null ? "" : cursor, limit + 1)
        .compose(
            found -> {
              List<Listed> listed = found.subList(0, Math.min(limit, found.size()));
              List<Listed> readable =
                  listed.stream().filter(one -> name("config:" + one.name()).isPresent()).toList();
              String next = found.size() > limit ? listed.get(listed.size() - 1).name() : null;
              return inBatches(readable, one -> row(table, one))
                  .map(rows -> new ConfigList(rows, next));
            });
  }

  private Future<Optional<ConfigRow>> row(ConfigTable table, Listed listed) {
    Key<Document> key = cache.key(listed.name());
    return cache
        .history()
        .present(key)
        .compose(
            now ->
                value(table, listed, now)
                    .map(
                        value -> {
                          Version newest = now.newest();
                          boolean own = newest != null && newest.number() == listed.number();
                          return Optional.of(
                              row(
                                  listed.name(),
                                  value,
                                  own ? newest : null,
                                  listed.number(),
                                  listed.at()));
                        }));
  }

  private Future<@Nullable Document> value(ConfigTable table, Listed listed, Present now) {
    return now.value() != null
        ? Future.succeededFuture(now.value())
        : table.value(listed.name(), cache.cache().space().definition().maxValueBytes());
  }

  private static <T> Future<List<ConfigRow>> inBatches(
      List<T> all, Function<T, Future<Optional<ConfigRow>>> read) {
    return inBatches(all, read, new ArrayList<>());
  }

  private static <T> Future<List<ConfigRow>> inBatches(
      List<T> rest, Function<T, Future<Optional<ConfigRow>>> read, List<ConfigRow> done) {
    if (rest.isEmpty()) {
      return Future.succeededFuture(done);
    }
    int count = Math.min(BATCH, rest.size());
    List<Future<Optional<ConfigRow>>> batch = rest.subList(0, count).stream().map(read).toList();
    return Future.all(batch)
        .compose(
            ready -> {
              batch.forEach(row -> row.result().ifPresent(done::add));
              return inBatches(rest.subList(count, rest.size()), read, done);
            });
  }
}
