package io.aetherkeep.launcher.settings;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.aetherkeep.launcher.Configured;
import io.aetherkeep.stream.settings.StreamSettings;
import io.aetherkeep.stream.settings.StreamSettings.Bounds;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Valid settings and their values. */
class SettingsTest {

  @TempDir Path directory;
  private Configured configured;

  @BeforeEach
  void configure() {
    configured = new Configured(directory);
  }

  private Settings settings(String yaml) {
    return configured.settings(yaml, Map.of());
  }

  @Test
  void theEnvironment_goesBeforeTheFile_andTheFileBeforeTheDefaults() {
    Settings settings =
        configured.settings(
            "http: {port: 1111, max-uri-length: 5KiB}", Map.of("AETHERKEEP_HTTP_PORT", "2222"));
    assertEquals(2222, settings.http().port());
    assertEquals(5 << 10, settings.http().connections().maxUriLength());
    assertEquals(8 << 10, settings.http().connections().maxHeaderSize());
  }

  @Test
  void aDatabaseInAUrl_isWarnedOfWhereItIsNotUsed() {
    assertEquals(List.of(), settings("").warnings());
    assertEquals(List.of(), settings("redis: {url: 'redis://h:6379/0'}").warnings());
    List<String> warnings = settings("redis: {url: 'redis://u:secret@h/01'}").warnings();
    assertEquals(
        List.of(
            "redis.url names a database that space aethercast does not use: its keys are in database 0,"
                + " as set by spaces.aethercast.database",
            "redis.url names a database that space content does not use: its keys are in database 2,"
                + " as set by spaces.content.database"),
        warnings.stream().sorted().toList());
    assertEquals(
        List.of(
            "spaces.council.redis-url names a database that space council does not use:"
                + " its keys are in database 1, as set by spaces.council.database"),
        settings("spaces: {council: {redis-url: 'redis://h/7'}}").warnings());
    assertEquals(List.of(), settings("spaces: {council: {redis-url: 'redis://h/1'}}").warnings());
  }

  @Test
  void aFileOfCommentsAlone_changesNothing() {
    Settings defaults = Settings.of(SettingsSource.of(null, Map.of()));
    for (String yaml : List.of("", "# nothing\n", "http:\n  # port: 1\nspaces:\nredis: {}\n")) {
      assertEquals(defaults, settings(yaml));
    }
  }

  @ParameterizedTest
  @CsvSource({"800ms,PT0.8S", "10s,PT10S", "5m,PT5M", "2h,PT2H", "30d,PT720H", "PT1.5S,PT1.5S"})
  void durations_areReadAsPeopleWriteThem(String text, Duration duration) {
    assertEquals(
        duration,
        settings("http: {body-timeout: " + text + "}").http().connections().bodyTimeout());
  }

  @ParameterizedTest
  @CsvSource({"8192,8192", "8192B,8192", "8KiB,8192", "1MiB,1048576"})
  void sizes_areReadAsPeopleWriteThem(String text, int bytes) {
    assertEquals(
        bytes,
        settings("http: {max-header-size: " + text + "}").http().connections().maxHeaderSize());
  }

  @Test
  void streamsOfASpace_haveItsBounds_andThoseOfAllWhereItSaysNone() {
    StreamSettings streams =
        settings(
                """
                streams: {max-stream-size: 8MiB}
                spaces:
                  council: {max-append-size: 64KiB, retain-stream-size: 1MiB, retain-stream-for: 1h}
                  mine: {database: 7, max-stream-size: 2KiB}
                """)
            .streams();
    assertEquals(
        new Bounds(8 << 20, 64 << 10, 1 << 20, Duration.ofHours(1)), streams.of("council"));
    assertEquals(new Bounds(2 << 10, 1 << 20, 0, Duration.ZERO), streams.of("mine"));
    assertEquals(new Bounds(8 << 20, 1 << 20, 0, Duration.ZERO), streams.of("content"));
  }

  @Test
  void spaces_mergeByName_andComeAndGo() {
    Settings settings =
        settings(
            """
            spaces:
              aethercast: {ttl: {topic: 2h}}
              council: false
              content:
              mine: {database: 5, sessions: content}
            """);
    assertEquals(
        List.of("aethercast", "mine"),
        settings.spaces().stream().map(placed -> placed.space().name()).toList());
    assertEquals(
        Map.of("topic", Duration.ofHours(2)), settings.spaces().get(0).space().lifetimes());
    assertEquals(1 << 20, settings.spaces().get(1).space().maxValueBytes());
  }

  @Test
  void aSpace_isReachedFromTheEnvironment() {
    Settings settings =
        configured.settings(
            "spaces: {my-own: {database: 7}}",
            Map.of(
                "AETHERKEEP_SPACES_MY_OWN_DATABASE", "8",
                "AETHERKEEP_SPACES_COUNCIL_TTL_SNIPPET_PAGE", "5m"));
    assertEquals(8, settings.spaces().get(3).database());
    assertEquals(
        Map.of("snippet-page", Duration.ofMinutes(5)),
        settings.spaces().get(1).space().lifetimes());
  }

  @Test
  void oneDatabase_isSharedByPrefixes() {
    Settings settings =
        settings(
            "spaces: {council: {database: 0, prefix: 'c:'}, content: {database: 0, prefix: p}}");
    assertEquals("c:", settings.spaces().get(1).space().prefix());
  }

  @Test
  void aSpacesDatabase_goesBeforeTheOneOfTheUrl() {
    Settings settings = settings("redis: {url: 'redis://h:7000/5'}");
    assertFalse(settings.needsEmbeddedRedis());
    assertEquals(
        List.of("redis://h:7000/0", "redis://h:7000/1", "redis://h:7000/2"),
        settings.targets("redis://h:7000/5").values().stream().map(t -> t.address()).toList());
  }

  @Test
  void sentinels_sayWhereTheCommonRedisIs_andASpacesOwnUrlGoesBeforeThem() {
    Settings settings =
        settings(
            """
            redis: {sentinels: "a, b:26380 [::1]:7000 a:26379", master: other}
            spaces: {mine: {redis-url: "redis://h:7000"}}
            """);
    assertFalse(settings.needsEmbeddedRedis());
    String asked = "other by the Sentinels at a:26379, b:26380, [::1]:7000";
    assertEquals(
        List.of(asked, asked, asked, "redis://h:7000/0"),
        settings.targets("redis://any").values().stream().map(t -> t.address()).toList());
  }

  @Test
  void variablesOfOthers_areLeftAlone() {
    Settings.of(
        SettingsSource.of(
            null,
            Map.of(
                "AETHERKEEP_SERVICE_HOST", "10.0.0.1",
                "AETHERKEEP_PORT", "tcp://10.0.0.1:8080",
                "AETHERKEEP_REDIS_PORT_6379_TCP_ADDR", "10.0.0.2",
                "AETHERKEEP_REDIS_SERVICE_PORT_REDIS", "6379",
                "AETHERKEEP_LOG_LEVEL", "DEBUG")));
  }

  @Test
  void aMisspeltVariable_isRefusedWithWhatWasMeant() {
    SettingsException thrown =
        assertThrows(
            SettingsException.class,
            () ->
                Settings.of(
                    SettingsSource.of(
                        null,
                        Map.of(
                            "AETHERKEEP_HTTP_PROT", "8081",
                            "AETHERKEEP_SPACES_COUNCIL_TTL_SESION", "1h",
                            "AETHERKEEP_NOTHING_LIKE_IT", "x"))));
    assertEquals(
        List.of(
            "AETHERKEEP_HTTP_PROT (environment): there is no such setting; did you mean"
                + " AETHERKEEP_HTTP_PORT?",
            "AETHERKEEP_NOTHING_LIKE_IT (environment): there is no such setting; --print-config"
                + " lists all settings",
            "AETHERKEEP_SPACES_COUNCIL_TTL_SESION (environment): there is no such setting; did you"
                + " mean AETHERKEEP_SPACES_COUNCIL_TTL_SESSION?"),
        thrown.problems());
  }

  @Test
  void aPassword_isInNoToString() {
    Settings settings =
        settings(
            "{redis: {url: 'redis://u:hush@h'}, spaces: {mine: {redis-url: 'redis://:hush@i'}}}");
    assertFalse(settings.toString().contains("hush"), settings.toString());
    assertEquals("redis://u:***@h", settings.redisUrl().toString());
  }
}
