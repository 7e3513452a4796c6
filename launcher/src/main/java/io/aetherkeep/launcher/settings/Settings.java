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
import io.aetherkeep.router.settings.RouterSettings;
import io.aetherkeep.session.settings.SessionSettings;
import io.aetherkeep.session.settings.SessionSettings.TokenEncoding;
import io.aetherkeep.status.settings.StatusSettings;
import io.aetherkeep.stream.settings.StreamSettings;
import io.aetherkeep.webhook.WebhookSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
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
 * @param logLevel minimum severity of log lines
 * @param demoKeyFile file with the demo's credential; null if none is configured
 * @param spaces spaces with the locations of their keys
 */
public record Settings(
    RouterSettings http,
    RedisUrl redisUrl,
    @Nullable RedisSentinels sentinels,
    List<RedisAddress> cluster,
    RedisTimeouts redis,
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
    List<SpaceSettings> spaces) {

  public Settings {
    spaces = List.copyOf(spaces);
  }

  /** Timeouts and limits of every Redis connection. */
  public record RedisTimeouts(
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
    List<SpaceSettings> spaces = SpacesReading.spaces(reader, source, redisUrl);
    RedisTimeouts patience =
        new RedisTimeouts(
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
    StreamSettings streams = StreamReading.of(reader, spaces, webhooks.addresses());
    return new Settings(
        RouterReading.of(reader, spaces, streams),
        redisUrl,
        SentinelReading.read(reader),
        SpacesReading.cluster(reader, spaces),
        patience,
        reader.number("redis.embedded-port", 0, 65535),
        reader.directory("data-dir"),
        eventLoops(reader),
        sessions(reader, spaces),
        CacheReading.of(reader, spaces),
        status(reader, spaces),
        streams,
        webhooks,
        ProviderReading.read(reader, source),
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

  private static SessionSettings sessions(SettingsReader reader, List<SpaceSettings> spaces) {
    return new SessionSettings(
        reader.duration("sessions.activity-every", ofMillis(100)),
        reader.duration("sessions.ended-remembered", ofSeconds(10)),
        reader.duration("sessions.sweep-every", ofMillis(10)),
        reader.choice(
            "sessions.token-encoding", TokenEncoding.class, List.of(TokenEncoding.values())),
        reader.duration("sessions.positions-every", ofMillis(10)),
        spaces.stream()
            .collect(Collectors.toMap(placed -> placed.space().name(), SpaceSettings::sessions)));
  }

  private static StatusSettings status(SettingsReader reader, List<SpaceSettings> spaces) {
    return new StatusSettings(
        reader.duration("status.expired-remembered", ofSeconds(1)),
        reader.duration("status.stalled-after", ofMillis(100)),
        reader.duration("status.sweep-every", ofMillis(10)),
        spaces.stream()
            .collect(Collectors.toMap(placed -> placed.space().name(), SpaceSettings::celery)),
        spaces.stream()
            .collect(
                Collectors.toMap(placed -> placed.space().name(), SpaceSettings::celeryControl)),
        spaces.stream()
            .collect(Collectors.toMap(placed -> placed.space().name(), SpaceSettings::ends)));
  }

  private static int eventLoops(SettingsReader reader) {
    int loops = reader.number("event-loops", 0, 256);
    return loops == 0 ? Runtime.getRuntime().availableProcessors() : loops;
  }

  /** Warnings of settings that have no effect, each with the one that has. */
  public List<String> warnings() {
    List<String> warnings = new ArrayList<>();
    for (SpaceSettings placed : spaces) {
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
    for (SpaceSettings placed : spaces) {
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
        && spaces.stream().anyMatch(SpaceSettings::isCommon);
  }
}
