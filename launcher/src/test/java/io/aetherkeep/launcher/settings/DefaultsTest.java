package io.aetherkeep.launcher.settings;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aetherkeep.health.settings.HealthSettings;
import io.aetherkeep.health.settings.ProviderRules;
import io.aetherkeep.launcher.tracing.Tracing;
import io.aetherkeep.router.access.identity.AccessSettings;
import io.aetherkeep.router.settings.ConnectionSettings;
import io.aetherkeep.router.settings.ListenerSettings;
import io.aetherkeep.router.settings.RealtimeSettings;
import io.aetherkeep.router.settings.RouterSettings;
import io.aetherkeep.session.settings.SessionSettings;
import io.aetherkeep.status.settings.StatusSettings;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The settings file lists all settings, with their true defaults. */
class DefaultsTest {

  private static final Settings DEFAULTS = Settings.of(SettingsSource.of(null, Map.of()));

  /** Another valid value for each property of the file. */
  private static final Map<String, String> OTHERS =
      Map.ofEntries(
          Map.entry("http.host", "127.0.0.2"),
          Map.entry("http.port", "0"),
          Map.entry("http.request-deadline", "2s"),
          Map.entry("http.body-timeout", "2s"),
          Map.entry("http.idle-timeout", "5m"),
          Map.entry("http.shutdown-timeout", "PT1S"),
          Map.entry("http.watch-every", "2s"),
          Map.entry("http.max-requests", "100"),
          Map.entry("http.longest-queue", "50ms"),
          Map.entry("http.max-header-size", "16KiB"),
          Map.entry("http.max-uri-length", "5000"),
          Map.entry("http.compression", "false"),
          Map.entry("http.compression-threshold", "2KiB"),
          Map.entry("http.access-log", "off"),
          Map.entry("http.edge-keys", "xkey"),
          Map.entry("http.head-timeout", "2s"),
          Map.entry("http.connections-per-address", "10"),
          Map.entry("http.trusted-proxies", "10.0.0.7, 2001:db8::/32"),
          Map.entry("http.origins", "https://app.example"),
          Map.entry("http.tls-certificate", "pom.xml"),
          Map.entry("http.tls-key", "pom.xml"),
          Map.entry("http.management-host", "127.0.0.2"),
          Map.entry("http.management-port", "0"),
          Map.entry("demo.key-file", "pom.xml"),
          Map.entry("access.keys-file", "pom.xml"),
          Map.entry("access.jwks-file", "pom.xml"),
          Map.entry("access.issuer", "https://issuer.example"),
          Map.entry("access.audience", "aetherkeep"),
          Map.entry("access.leeway", "0s"),
          Map.entry("access.reload-every", "2s"),
          Map.entry("access.key-rate", "10"),
          Map.entry("access.key-burst", "10"),
          Map.entry("access.address-rate", "10"),
          Map.entry("access.address-burst", "10"),
          Map.entry("access.cookie-key-file", "pom.xml"),
          Map.entry("access.cookie-same-site", "lax"),
          Map.entry("access.cookie-for-anybody", "true"),
          Map.entry("redis.ca-file", "pom.xml"),
          Map.entry("redis.url", "redis://:secret@redis.example:6380"),
          Map.entry("redis.sentinels", "sentinel-1.example,sentinel-2.example:26380"),
          Map.entry("redis.cluster", "redis-1.example,redis-2.example:6380"),
          Map.entry("redis.master", "other"),
          Map.entry("redis.sentinel-user", "asker"),
          Map.entry("redis.sentinel-password", "secret"),
          Map.entry("redis.timeout", "100ms"),
          Map.entry("redis.connect-timeout", "2s"),
          Map.entry("redis.max-in-flight", "100"),
          Map.entry("redis.reconnect-min", "10ms"),
          Map.entry("redis.reconnect-max", "1m"),
          Map.entry("redis.embedded-port", "6390"),
          Map.entry("data-dir", "elsewhere"),
          Map.entry("log.level", "debug"),
          Map.entry("event-loops", "200"),
          Map.entry("near.size", "1MiB"),
          Map.entry("near.blind-ttl", "0s"),
          Map.entry("near.outage", "5s"),
          Map.entry("near.recheck", "5s"),
          Map.entry("loading.soft-timeout", "1s"),
          Map.entry("loading.hard-timeout", "1s"),
          Map.entry("loading.stale-while-revalidate", "0s"),
          Map.entry("loading.stale-if-error", "0s"),
          Map.entry("loading.absent-for", "1s"),
          Map.entry("loading.failed-for", "2s"),
          Map.entry("loading.jitter-percent", "0"),
          Map.entry("loading.refresh-ahead-percent", "0"),
          Map.entry("loading.breaker-failures", "9"),
          Map.entry("loading.breaker-pause", "1s"),
          Map.entry("postgres.url", "postgresql://u:p@db.example:5432/d"),
          Map.entry("postgres.pool-size", "9"),
          Map.entry("tables", "other"),
          Map.entry("realtime.heartbeat", "10s"),
          Map.entry("realtime.hello-within", "5s"),
          Map.entry("realtime.drain", "1s"),
          Map.entry("realtime.queue-limit", "2MiB"),
          Map.entry("realtime.frames-per-second", "50"),
          Map.entry("realtime.topics", "20"),
          Map.entry("sessions.activity-every", "1s"),
          Map.entry("sessions.ended-remembered", "1h"),
          Map.entry("sessions.sweep-every", "2s"),
          Map.entry("sessions.token-encoding", "o200k"),
          Map.entry("sessions.positions-every", "2s"),
          Map.entry("health.sweep-every", "2s"),
          Map.entry("providers.group", "chat"),
          Map.entry("providers.failures-in-a-row", "6"),
          Map.entry("providers.least-requests", "30"),
          Map.entry("providers.degraded-below-percent", "95"),
          Map.entry("providers.disabled-below-percent", "40"),
          Map.entry("providers.degraded-above", "10s"),
          Map.entry("providers.room-percent", "5"),
          Map.entry("providers.cool-down", "1m"),
          Map.entry("providers.longest-cool-down", "20m"),
          Map.entry("providers.trial-requests", "4"),
          Map.entry("providers.requests-a-minute", "60"),
          Map.entry("providers.tokens-a-minute", "90000"),
          Map.entry("beside.verticles", "com.example.Origins"),
          Map.entry("beside.cluster", "true"),
          Map.entry("beside.host", "192.0.2.7"),
          Map.entry("beside.port", "5700"),
          Map.entry("beside.member-port", "5702"),
          Map.entry("beside.members", "192.0.2.8"),
          Map.entry("beside.service-dns", "bus.example"),
          Map.entry("beside.secret", "sixteen characters"),
          Map.entry("beside.tls-certificate", "pom.xml"),
          Map.entry("beside.tls-key", "pom.xml"),
          Map.entry("beside.tls-ca", "pom.xml"),
          Map.entry("tracing.endpoint", "http://collector.example:4318/v1/traces"),
          Map.entry("tracing.sample-percent", "10"),
          Map.entry("status.expired-remembered", "1h"),
          Map.entry("status.stalled-after", "2m"),
          Map.entry("status.sweep-every", "2s"),
          Map.entry("streams.root-space", "content"),
          Map.entry("streams.max-stream-size", "1MiB"),
          Map.entry("streams.max-append-size", "2MiB"),
          Map.entry("streams.long-poll", "2s"),
          Map.entry("streams.sweep-every", "2s"),
          Map.entry("webhooks.allow-networks", "10.1.0.0/16, fd00::/8"),
          Map.entry("webhooks.timeout", "5s"),
          Map.entry("webhooks.first-retry", "2s"),
          Map.entry("webhooks.longest-retry", "2h"),
          Map.entry("webhooks.give-up-after", "48h"),
          Map.entry("webhooks.backlog", "5000"),
          Map.entry("webhooks.poll-every", "1s"),
          Map.entry("redis-url", "rediss://other.example"),
          Map.entry("redis-cluster", "redis-3:6379"),
          Map.entry("database", "9"),
          Map.entry("prefix", "mine:"),
          Map.entry("max-value-size", "2MiB"),
          Map.entry("max-members", "500"),
          Map.entry("built-in-caches", "false"),
          Map.entry("max-user-sessions", "5"),
          Map.entry("when-too-many", "refuse"),
          Map.entry("max-history-messages", "50"),
          Map.entry("history", "list"),
          Map.entry("max-user-streams", "2"),
          Map.entry("near-sessions", "3s"),
          Map.entry("max-stream-size", "32MiB"),
          Map.entry("max-append-size", "2MiB"),
          Map.entry("retain-stream-size", "1MiB"),
          Map.entry("retain-stream-for", "1h"),
          Map.entry("celery", "deploy"),
          Map.entry("celery-control", "/9.celery.pidbox"),
          Map.entry("ends", "another_*"));

  static Stream<String> properties() {
    return SettingsSource.defaults().keySet().stream();
  }

  private static String other(String path) {
    if (path.endsWith(".sessions")) {
      return path.contains("council") ? "content" : "council";
    }
    return OTHERS.get(path.startsWith("spaces.") ? path.split("\\.", -1)[2] : path);
  }

  @ParameterizedTest
  @MethodSource("properties")
  void everyProperty_isReadFromItsVariable(String path) {
    Map<String, String> environment = new HashMap<>(Map.of(Setting.variable(path), other(path)));
    if (path.startsWith("http.tls-")) {
      // Each needs the other.
      environment.put("AETHERKEEP_HTTP_TLS_CERTIFICATE", other(path));
      environment.put("AETHERKEEP_HTTP_TLS_KEY", other(path));
    }
    if (path.startsWith("beside.tls-")) {
      // Each needs the others.
      Stream.of("CERTIFICATE", "KEY", "CA")
          .forEach(file -> environment.put("AETHERKEEP_BESIDE_TLS_" + file, other(path)));
    }
    Settings without = DEFAULTS;
    if (path.equals("access.cookie-key-file")) {
      // Cookies need credentials.
      Map<String, String> keys = Map.of("AETHERKEEP_ACCESS_KEYS_FILE", "pom.xml");
      environment.putAll(keys);
      without = Settings.of(SettingsSource.of(null, keys));
    }
    if (path.equals("redis.master") || path.startsWith("redis.sentinel-")) {
      // A Sentinel's password needs Sentinels, and a user needs a password.
      environment.put("AETHERKEEP_REDIS_SENTINELS", "sentinel.example");
      environment.put("AETHERKEEP_REDIS_SENTINEL_PASSWORD", "secret");
      Map<String, String> others = new HashMap<>(environment);
      others.remove(Setting.variable(path));
      without = Settings.of(SettingsSource.of(null, others));
    }
    assertNotEquals(without, Settings.of(SettingsSource.of(null, environment)));
  }

  @Test
  void everyComponent_isInTheFile() {
    Set<String> read = new TreeSet<>();
    for (Class<?> type :
        List.of(
            RouterSettings.class,
            ConnectionSettings.class,
            ListenerSettings.class,
            RouterSettings.Load.class,
            Settings.RedisTimeouts.class)) {
      Stream.of(type.getRecordComponents()).forEach(c -> read.add(c.getName()));
    }
    // These are records of their own, or belong to the spaces.
    read.removeAll(
        List.of(
            "connections", "bodyLimits", "listener", "access", "load", "streams", "ownKeyspaces"));
    // Sockets have a section of their own.
    read.remove("realtime");
    assertEquals(
        // All except the interval of lease renewals, which is fixed.
        RealtimeSettings.class.getRecordComponents().length - 1,
        properties().filter(p -> p.startsWith("realtime.")).count());
    assertEquals(
        // And those of redis that are not timeouts: url, cluster, embedded-port, four of the
        // Sentinels.
        read.size() + 7,
        properties().filter(p -> p.startsWith("http.") || p.startsWith("redis.")).count());
    assertEquals(
        AccessSettings.class.getRecordComponents().length + 5, // rates are four, cookies are three
        properties().filter(p -> p.startsWith("access.")).count());
    assertEquals(
        // All but what differs by space.
        SessionSettings.class.getRecordComponents().length - 1,
        properties().filter(p -> p.startsWith("sessions.")).count());
    assertEquals(
        Tracing.Target.class.getRecordComponents().length,
        properties().filter(p -> p.startsWith("tracing.")).count());
    assertEquals(
        // All except the records themselves.
        CoDeployment.class.getRecordComponents().length
            + ClusteredBus.class.getRecordComponents().length
            + ClusteredBus.Tls.class.getRecordComponents().length
            - 2,
        properties().filter(p -> p.startsWith("beside.")).count());
    assertEquals(
        ProviderRules.class.getRecordComponents().length,
        properties().filter(p -> p.startsWith("providers.")).count());
    assertEquals(
        // All except the rules.
        HealthSettings.class.getRecordComponents().length - 2,
        properties().filter(p -> p.startsWith("health.")).count());
    assertEquals(
        // All but what differs by space.
        StatusSettings.class.getRecordComponents().length - 3,
        properties().filter(p -> p.startsWith("status.")).count());
    assertEquals(
        List.of(
            "http",
            "redisUrl",
            "sentinels",
            "cluster",
            "redis",
            "embeddedPort",
            "dataDirectory",
            "eventLoops",
            "sessions",
            "caches",
            "status",
            "streams",
            "webhooks",
            "health",
            "tracing",
            "beside",
            "logLevel",
            "demoKeyFile",
            "spaces"),
        Stream.of(Settings.class.getRecordComponents()).map(c -> c.getName()).toList());
    assertEquals(
        List.of(
            "redis-url",
            "redis-cluster",
            "database",
            "prefix",
            "sessions",
            "max-value-size",
            "max-members",
            "built-in-caches",
            "max-user-sessions",
            "when-too-many",
            "max-history-messages",
            "history",
            "max-user-streams",
            "near-sessions",
            "max-stream-size",
            "max-append-size",
            "retain-stream-size",
            "retain-stream-for",
            "tables",
            "celery",
            "celery-control"),
        properties()
            .filter(p -> p.startsWith("spaces.council."))
            .map(p -> p.split("\\.", -1)[2])
            .toList());
  }

  @Test
  void everyLine_namesTheVariableOfItsProperty() throws IOException {
    List<String> lines = text().lines().toList();
    Map<String, Setting> settings = SettingsSource.defaults();
    for (Setting setting : settings.values()) {
      int line = Integer.parseInt(setting.source().split(":", -1)[1]);
      String comment = lines.get(line - 1).split("# ", 2)[1];
      assertEquals(Setting.variable(setting.path()), comment);
    }
    assertEquals(settings.size(), lines.stream().filter(l -> l.contains("# AETHERKEEP_")).count());
  }

  @Test
  void theTypicalRouter_isTheDefaultOne() {
    RouterSettings typical = RouterSettings.of(DEFAULTS.http().bodyLimits());
    assertEquals(8080, DEFAULTS.http().port());
    assertEquals(typical.toString().replace("port=0", "port=8080"), DEFAULTS.http().toString());
  }

  @Test
  void theThreeSystems_haveADatabaseEach() {
    assertEquals(
        List.of("aethercast 0", "council 1", "content 2"),
        DEFAULTS.spaces().stream().map(s -> s.space().name() + " " + s.database()).toList());
    assertTrue(DEFAULTS.needsEmbeddedRedis());
  }

  private static String text() throws IOException {
    try (InputStream in = DefaultsTest.class.getResourceAsStream("/aetherkeep.yaml")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
