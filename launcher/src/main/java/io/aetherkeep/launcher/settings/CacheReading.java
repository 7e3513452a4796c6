package io.aetherkeep.launcher.settings;

import static java.time.Duration.ZERO;
import static java.time.Duration.ofMillis;

import io.aetherkeep.cache.settings.CacheSettings;
import io.aetherkeep.cache.settings.CacheSettings.Declarations;
import io.aetherkeep.catalogue.Keyspaces;
import io.aetherkeep.keyspace.Keyspace;
import io.aetherkeep.keyspace.Space;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Reader of the settings of the cache verticle. */
final class CacheReading {

  /** Keyspaces for which an origin may be declared. */
  static final Set<String> KEYSPACES_WITH_ORIGIN =
      Stream.concat(Keyspaces.ALL.stream().map(Keyspace::name), Stream.of("history"))
          .filter(
              name ->
                  Keyspaces.cache(name).isPresent()
                      || Set.of("config", "session", "history", "provider").contains(name)
                      || Set.of("podcast", "request", "crawl", "deploy").contains(name))
          .collect(Collectors.toCollection(TreeSet::new));

  /** Pseudo keyspace of a session's history, whose appends can go to an origin. */
  private static final String HISTORY = "history";

  private static final String STATEMENTS = "(?is)bus|none|(insert|update|with|select)\\s.+";
  private static final String QUERIES = "(?is)bus|none|tables|https?://.+|(select|with)\\s.+";

  private CacheReading() {}

  static CacheSettings of(SettingsReader reader, List<SpaceSettings> spaces) {
    return new CacheSettings(
        new CacheSettings.Near(
            reader.size("near.size", 0, 1 << 30),
            reader.duration("near.blind-ttl", ZERO),
            reader.duration("near.outage", ZERO),
            reader.duration("near.recheck", ofMillis(1))),
        loading(reader),
        new CacheSettings.Postgres(
            reader.postgresUrl("postgres.url"), reader.number("postgres.pool-size", 1, 1000)),
        spaces.stream()
            .collect(Collectors.toMap(placed -> placed.space().name(), SpaceSettings::origins)));
  }

  private static CacheSettings.Loading loading(SettingsReader reader) {
    return new CacheSettings.Loading(
        reader.duration("loading.soft-timeout", ofMillis(1)),
        reader.duration("loading.hard-timeout", ofMillis(10)),
        patience(reader.duration("http.request-deadline", ofMillis(10))),
        reader.duration("loading.stale-while-revalidate", ZERO),
        reader.duration("loading.stale-if-error", ZERO),
        reader.duration("loading.absent-for", ZERO),
        reader.duration("loading.failed-for", ZERO),
        reader.number("loading.jitter-percent", 0, 90),
        reader.number("loading.refresh-ahead-percent", 0, 90),
        reader.number("loading.breaker-failures", 1, 1_000_000),
        reader.duration("loading.breaker-pause", ofMillis(1)));
  }

  /** A little less than the request deadline, so that the client gets the actual error. */
  private static Duration patience(Duration deadline) {
    return deadline.multipliedBy(9).dividedBy(10);
  }

  static Declarations declarations(
      String path, Space space, SettingsReader reader, SettingsSource source) {
    Set<String> known = KeyspaceReading.known(KEYSPACES_WITH_ORIGIN, space.caches());
    Map<String, String> byKeyspace =
        new LinkedHashMap<>(KeyspaceReading.origins(path, space.caches(), reader));
    for (Setting setting : source.below(path + "origins.")) {
      String name = setting.path().substring((path + "origins.").length());
      if (!known.contains(name)) {
        reader.problem(
            "%s (%s): no keyspace that can have an origin has this name; %s"
                .formatted(
                    setting.path(),
                    setting.source(),
                    KeyspaceReading.near(name, known, space.caches())));
      } else if (setting.text().matches(name.equals(HISTORY) ? STATEMENTS : QUERIES)) {
        byKeyspace.put(name, setting.text());
      } else if (name.equals(HISTORY)) {
        reader.wrong(
            setting.path(), "bus, none, or a statement that inserts $2::jsonb for $1::text");
      } else {
        reader.wrong(
            setting.path(), "bus, none, tables, a URL like http://host/topics/{id}, or a query");
      }
    }
    return new Declarations(space.dialect(), reader.text(path + "tables"), byKeyspace);
  }
}
