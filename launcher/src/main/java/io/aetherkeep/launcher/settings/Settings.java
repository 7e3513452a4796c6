package io.aetherkeep.launcher.settings;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;

import io.aetherkeep.cache.settings.CacheSettings;
import io.aetherkeep.health.settings.HealthSettings;
import io.aetherkeep.keyspace.Space;
import io.aetherkeep.launcher.tracing.Tracing;
import io.aetherkeep.redis.target.Backoff;
import io.aetherkeep.redis.target.RedisAddress;
import io.aetherkeep.redis.target.RedisSentinels;
import io.aetherkeep.redis.target.RedisTarget;
import io.aetherkeep.router.access.identity.AccessSettings;
import io.aetherkeep.router.settings.ConnectionSettings;
import io.aetherkeep.router.settings.EdgeKeyHeader;
import io.aetherkeep.router.settings.RealtimeSettings;
import io.aetherkeep.router.settings.RouterSettings;
import io.aetherkeep.router.settings.RouterSettings.AccessLog;
import io.aetherkeep.session.settings.SessionSettings;
import io.aetherkeep.session.settings.SessionSettings.HistoryLayout;
import io.aetherkeep.session.settings.SessionSettings.TokenEncoding;
import io.aetherkeep.status.settings.StatusSettings;
import io.aetherkeep.stream.settings.StreamSettings;
import io.aetherkeep.webhook.WebhookSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Validated settings of a node.
 *
 * @param redisUrl empty for an embedded Redis, unless there are Sentinels or a cluster
 * @param sentinels Sentinels of the common Redis; null if there are none
 * @param cluster seed nodes of the common Redis Cluster; empty if it is no cluster
 * @param logLevel least severe lines of the log
 * @param demoKeyFile file with the demo's credential; null if none is configured
 * @param spaces spaces with the locations of their keys
 */
public record Settings(
    RouterSettings http,
    RedisUrl redisUrl,
    @Nullable RedisSentinels sentinels,
    List<RedisAddress> cluster,
    RedisPatience redis,
    int embeddedPort,
    Path dataDirectory,
    int eventLoops,
    SessionSettings sessions,
    CacheSettings caches,
    StatusSettings status,
    StreamSettings streams,
    WebhookSettings webhooks,
    HealthSettings health,
    Tracing.Target tracing,
    CoDeployment beside,
    LogLevel logLevel,
    @Nullable Path demoKeyFile,
    List<PlacedSpace> spaces) {

  public Settings {
    spaces = List.copyOf(spaces);
  }

  /** Timeouts and limits of every Redis connection. */
  public record RedisPatience(
      Duration timeout,
      Duration connectTimeout,
      int maxInFlight,
      Duration reconnectMin,
      Duration reconnectMax,
      @Nullable Path authority) {

    RedisTarget target(String url, int database) {
      return new RedisTarget(
          url,
          database,
          timeout,
          connectTimeout,
          maxInFlight,
          Backoff.between(reconnectMin, reconnectMax),
          authority,
          null,
          List.of());
    }
  }

  /** Validates the settings; a failure lists all problems. */
  public static Settings of(SettingsSource source) {
    Settings settings = read(new SettingsReader(source), source);
    if (!source.problems().isEmpty()) {
      throw new SettingsException(source.problems());
    }
    return settings;
  }

  private static Settings read(SettingsReader reader, SettingsSource source) {
    RedisUrl redisUrl = reader.redisUrl("redis.url");
    List<PlacedSpace> spaces = spaces(reader, source, redisUrl);
    RedisPatience patience =
        new RedisPatience(
            reader.duration("redis.timeout", ofMillis(10)),
            reader.duration("redis.connect-timeout", ofMillis(10)),
            reader.number("redis.max-in-flight", 16, 1_000_000),
            reader.duration("redis.reconnect-min", ofMillis(1)),
            reader.duration("redis.reconnect-max", ofMillis(1)),
            reader.file("redis.ca-file"));
    if (reader.isSound("redis.reconnect-")
        && patience.reconnectMax().compareTo(patience.reconnectMin()) < 0) {
      reader.wrong("redis.reconnect-max", "redis.reconnect-min or longer");
    }
    WebhookSettings webhooks = WebhookReading.of(reader, source);
    StreamSettings streams = StreamLimits.of(reader, spaces, webhooks.addresses());
    return new Settings(
        http(reader, spaces, streams),
        redisUrl,
        SentinelSettings.read(reader),
        cluster(reader, spaces),
        patience,
        reader.number("redis.embedded-port", 0, 65535),
        reader.directory("data-dir"),
        eventLoops(reader),
        sessions(reader, spaces),
        CacheReading.of(reader, spaces),
        status(reader, spaces),
        streams,
        webhooks,
        ProviderSettings.read(reader, source),
        new Tracing.Target(
            reader.collector("tracing.endpoint"), reader.number("tracing.sample-percent", 0, 100)),
        CoDeployment.read(reader),
        logLevel(reader),
        reader.file("demo.key-file"),
        spaces);
  }

  /** Severity of lines in the log. */
  public enum LogLevel {
    TRACE,
    DEBUG,
    INFO,
    WARN,
    ERROR,
    OFF
  }

  /** Reads the level in any case, as loggers take it. */
  private static LogLevel logLevel(SettingsReader reader) {
    String text = reader.text("log.level").toUpperCase(Locale.ROOT);
    for (LogLevel level : LogLevel.values()) {
      if (level.name().equals(text)) {
        return level;
      }
    }
    reader.wrong("log.level", "one of trace, debug, info, warn, error, off");
    return LogLevel.INFO;
  }

  private static SessionSettings sessions(SettingsReader reader, List<PlacedSpace> spaces) {
    return new SessionSettings(
        reader.duration("sessions.activity-every", ofMillis(100)),
        reader.duration("sessions.ended-remembered", ofSeconds(10)),
        reader.duration("sessions.sweep-every", ofMillis(10)),
        reader.choice(
            "sessions.token-encoding", TokenEncoding.class, List.of(TokenEncoding.values())),
        reader.duration("sessions.positions-every", ofMillis(10)),
        spaces.stream()
            .collect(Collectors.toMap(placed -> placed.space().name(), PlacedSpace::sessions)));
  }

  private static StatusSettings status(SettingsReader reader, List<PlacedSpace> spaces) {
    return new StatusSettings(
        reader.duration("status.expired-remembered", ofSeconds(1)),
        reader.duration("status.stalled-after", ofMillis(100)),
        reader.duration("status.sweep-every", ofMillis(10)),
        spaces.stream()
            .collect(Collectors.toMap(placed -> placed.space().name(), PlacedSpace::celery)),
        spaces.stream()
            .collect(Collectors.toMap(placed -> placed.space().name(), PlacedSpace::celeryControl)),
        spaces.stream()
            .collect(Collectors.toMap(placed -> placed.space().name(), PlacedSpace::ends)));
  }

  /** The router's stream settings; clients that name no space use the first space by default. */
  private static RouterSettings.Streams served(
      SettingsReader reader, List<PlacedSpace> spaces, StreamSettings streams) {
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

  private static int eventLoops(SettingsReader reader) {
    int loops = reader.number("event-loops", 0, 256);
    return loops == 0 ? Runtime.getRuntime().availableProcessors() : loops;
  }

  private static RouterSettings http(
      SettingsReader reader, List<PlacedSpace> spaces, StreamSettings streams) {
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
            .map(PlacedSpace::space)
            .collect(Collectors.toMap(Space::name, Space::maxValueBytes)),
        new RouterSettings.Load(
            reader.number("http.max-requests", 1, 1_000_000),
            reader.duration("http.longest-queue", ofMillis(1))),
        served(reader, spaces, streams),
        spaces.stream().flatMap(placed -> placed.space().caches().own().stream()).toList());
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

  private static List<PlacedSpace> spaces(
      SettingsReader reader, SettingsSource source, RedisUrl common) {
    List<PlacedSpace> spaces = new ArrayList<>();
    Map<List<Object>, String> places = new HashMap<>();
    for (String name : source.spaces()) {
      PlacedSpace placed = PlacedSpace.read(name, reader, source);
      spaces.add(placed);
      String server = placed.server(common);
      String other =
          reader.isSound("redis.url") && reader.isSound("spaces." + name + ".")
              ? places.putIfAbsent(
                  List.of(server, placed.database(), placed.space().prefix()), name)
              : null;
      if (other != null) {
        reader.problem(
            ("spaces.%s: its keys would collide with those of spaces.%s; give it a database"
                    + " or a prefix")
                .formatted(name, other));
      }
    }
    if (spaces.isEmpty()) {
      reader.problem("spaces: at least one is required");
    }
    return spaces;
  }

  /**
   * The seed nodes of the common cluster, or none. In a cluster, hash and list are in different
   * slots, so that no write reaches both.
   */
  private static List<RedisAddress> cluster(SettingsReader reader, List<PlacedSpace> spaces) {
    List<RedisAddress> cluster = AddressReading.cluster(reader, "redis.cluster");
    if (!cluster.isEmpty() && !reader.words("redis.sentinels").isEmpty()) {
      reader.wrong("redis.cluster", "of use beside redis.sentinels");
    }
    for (PlacedSpace placed : spaces) {
      HistoryLayout history = placed.sessions().history();
      boolean clustered = placed.isCommon() ? !cluster.isEmpty() : !placed.cluster().isEmpty();
      if (clustered && history == HistoryLayout.BOTH) {
        reader.wrong(
            "spaces." + placed.space().name() + ".history",
            "found, field or list, in a Redis Cluster");
      }
    }
    return cluster;
  }

  /** Warnings of settings that have no effect, each with the one that has. */
  public List<String> warnings() {
    List<String> warnings = new ArrayList<>();
    for (PlacedSpace placed : spaces) {
      boolean own = !placed.redisUrl().isNone();
      String space = "spaces." + placed.space().name();
      if (placed.redisUrl().or(redisUrl).isOfAnotherDatabase(placed.database())) {
        warnings.add(
            ("%s names a database that space %s does not use: its keys are in database %d, as"
                    + " set by %s.database")
                .formatted(
                    own ? space + ".redis-url" : "redis.url",
                    placed.space().name(),
                    placed.database(),
                    space));
      }
    }
    return warnings;
  }

  /** The Redis of each space, given the URL of the common Redis. */
  public Map<Space, RedisTarget> targets(String commonUrl) {
    Map<Space, RedisTarget> targets = new LinkedHashMap<>();
    for (PlacedSpace placed : spaces) {
      targets.put(
          placed.space(),
          placed.isCommon()
              ? common(redis.target(commonUrl, placed.database()))
              : redis
                  .target(placed.redisUrl().or(RedisUrl.ELSEWHERE).text(), placed.database())
                  .in(placed.cluster()));
    }
    return targets;
  }

  private RedisTarget common(RedisTarget target) {
    return sentinels == null ? target.in(cluster) : target.by(sentinels);
  }

  /**
   * Whether some space needs the common Redis and none is configured, so that one must be started.
   */
  public boolean needsEmbeddedRedis() {
    return redisUrl.isNone()
        && sentinels == null
        && cluster.isEmpty()
        && spaces.stream().anyMatch(PlacedSpace::isCommon);
  }
}
