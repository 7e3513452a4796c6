package io.aetherkeep.launcher.settings;

import io.aetherkeep.cache.settings.CacheSettings.Loading;
import io.aetherkeep.keyspace.Space;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Settings that a running node can change; all others need a restart. */
public final class RunningSettings {

  private static final Set<String> CHANGEABLE =
      Set.of(
          "log.level",
          "http.origins",
          "access.key-rate",
          "access.key-burst",
          "access.address-rate",
          "access.address-burst",
          "loading.soft-timeout",
          "loading.hard-timeout",
          "loading.absent-for",
          "loading.failed-for",
          "loading.jitter-percent",
          "loading.refresh-ahead-percent");

  private RunningSettings() {}

  /** Whether a running node applies a change of a setting. */
  public static boolean canChange(String path) {
    return CHANGEABLE.contains(path) || path.matches("spaces\\.[^.]+\\.ttl\\.[^.]+");
  }

  /** Returns the paths of settings whose values differ, sorted. */
  public static List<String> changed(SettingsSource before, SettingsSource now) {
    Map<String, String> old = texts(before);
    Map<String, String> fresh = texts(now);
    return Stream.concat(old.keySet().stream(), fresh.keySet().stream())
        .filter(path -> !old.getOrDefault(path, "").equals(fresh.getOrDefault(path, "")))
        .collect(Collectors.toCollection(TreeSet::new))
        .stream()
        .toList();
  }

  private static Map<String, String> texts(SettingsSource source) {
    return source.all().stream().collect(Collectors.toMap(Setting::path, Setting::text));
  }

  /** Returns the paths of changed settings that need a restart. */
  public static List<String> waiting(SettingsSource started, SettingsSource now) {
    return changed(started, now).stream().filter(path -> !canChange(path)).toList();
  }

  /**
   * Applies what can change.
   *
   * @param running the settings that the parts of the node read
   */
  public static void apply(Settings running, Settings fresh) {
    running.http().access().rates().become(fresh.http().access().rates().value());
    running.http().listener().admitted().become(fresh.http().listener().origins());
    running.caches().rules().become(merged(running.caches().loading(), fresh.caches().loading()));
    Map<String, Space> spaces =
        fresh.spaces().stream()
            .map(SpaceSettings::space)
            .collect(Collectors.toMap(Space::name, Function.identity()));
    for (SpaceSettings placed : running.spaces()) {
      Space now = spaces.get(placed.space().name());
      if (now != null) {
        placed.space().lengths().become(now.lifetimes());
      }
    }
  }

  /** Returns the fresh settings of loads, except those that need a restart. */
  private static Loading merged(Loading running, Loading fresh) {
    return new Loading(
        fresh.softTimeout(),
        fresh.hardTimeout(),
        running.patience(),
        running.staleWhileRevalidate(),
        running.staleIfError(),
        fresh.absentFor(),
        fresh.failedFor(),
        fresh.jitterPercent(),
        fresh.refreshAheadPercent(),
        running.breakerFailures(),
        running.breakerPause());
  }
}
