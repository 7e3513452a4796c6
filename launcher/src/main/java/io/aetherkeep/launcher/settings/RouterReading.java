package io.aetherkeep.launcher.settings;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;

import io.aetherkeep.keyspace.Space;
import io.aetherkeep.router.access.identity.AccessSettings;
import io.aetherkeep.router.settings.ConnectionSettings;
import io.aetherkeep.router.settings.EdgeKeyHeader;
import io.aetherkeep.router.settings.RealtimeSettings;
import io.aetherkeep.router.settings.RouterSettings;
import io.aetherkeep.router.settings.RouterSettings.AccessLog;
import io.aetherkeep.stream.settings.StreamSettings;
import java.util.List;
import java.util.stream.Collectors;

/** Reader of the HTTP and WebSocket settings. */
final class RouterReading {

  private RouterReading() {}

  static RouterSettings of(
      SettingsReader reader, List<SpaceSettings> spaces, StreamSettings streams) {
    AccessSettings access = AccessReading.access(reader);
    return new RouterSettings(
        reader.host("http.host", access.isOpen()),
        reader.number("http.port", 0, 65535),
        connections(reader),
        reader.duration("http.watch-every", ofMillis(10)),
        reader.choice("http.edge-keys", EdgeKeyHeader.class, List.of(EdgeKeyHeader.values())),
        reader.choice("http.access-log", AccessLog.class, List.of(AccessLog.values())),
        realtime(reader),
        AccessReading.listener(reader, access.isOpen()),
        access,
        spaces.stream()
            .map(SpaceSettings::space)
            .collect(Collectors.toMap(Space::name, Space::maxValueBytes)),
        new RouterSettings.Load(
            reader.number("http.max-requests", 1, 1_000_000),
            reader.duration("http.longest-queue", ofMillis(1))),
        served(reader, spaces, streams),
        spaces.stream()
            .map(SpaceSettings::space)
            .filter(space -> !space.caches().own().isEmpty())
            .collect(Collectors.toMap(Space::name, space -> space.caches().own())));
  }

  private static ConnectionSettings connections(SettingsReader reader) {
    return new ConnectionSettings(
        reader.duration("http.request-deadline", ofMillis(10)),
        reader.duration("http.body-timeout", ofMillis(10)),
        reader.duration("http.idle-timeout", ofSeconds(1)),
        reader.duration("http.shutdown-timeout", ofMillis(1)),
        reader.size("http.max-header-size", 1 << 10, 1 << 20),
        reader.size("http.max-uri-length", 1 << 10, 1 << 20),
        reader.flag("http.compression"),
        reader.size("http.compression-threshold", 0, 1 << 30));
  }

  private static RealtimeSettings realtime(SettingsReader reader) {
    return new RealtimeSettings(
        reader.duration("realtime.heartbeat", ofMillis(100)),
        reader.duration("realtime.hello-within", ofMillis(100)),
        RealtimeSettings.LEASE_EVERY,
        reader.duration("realtime.drain", ofMillis(0)),
        reader.size("realtime.queue-limit", 1 << 10, 1 << 30),
        reader.number("realtime.frames-per-second", 1, 1_000_000),
        reader.number("realtime.topics", 1, 10_000));
  }

  /** The router's stream settings; clients that name no space use the first space by default. */
  private static RouterSettings.Streams served(
      SettingsReader reader, List<SpaceSettings> spaces, StreamSettings streams) {
    String named = reader.text("streams.root-space");
    List<String> names = spaces.stream().map(placed -> placed.space().name()).toList();
    if (!named.isEmpty() && !names.contains(named)) {
      reader.wrong("streams.root-space", "the name of a space: " + String.join(", ", names));
    }
    return new RouterSettings.Streams(
        named.isEmpty() && !names.isEmpty() ? names.get(0) : named,
        reader.duration("streams.long-poll", ofMillis(100)),
        spaces.stream()
            .map(placed -> placed.space().name())
            .collect(Collectors.toMap(name -> name, name -> streams.of(name).maxAppendBytes())));
  }
}
