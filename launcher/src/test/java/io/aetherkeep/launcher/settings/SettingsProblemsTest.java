package io.aetherkeep.launcher.settings;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aetherkeep.launcher.Configured;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Messages about invalid settings: what is wrong, where, and what is valid. */
class SettingsProblemsTest {

  @TempDir Path directory;
  private Configured configured;

  @BeforeEach
  void configure() {
    configured = new Configured(directory);
  }

  private List<String> problems(String yaml) {
    return configured.problems(yaml, Map.of());
  }

  @Test
  void allProblems_areReportedTogether_eachWithItsPosition() {
    assertEquals(
        List.of(
            "http.prt (my.yaml:2): there is no such setting; did you mean http.port?",
            "redis.timeout (AETHERKEEP_REDIS_TIMEOUT): 'soon' is not a duration like 800ms, 10s,"
                + " 5m, 2h or 30d, from 10ms to 3650d",
            "http.compression (my.yaml:3): 'yes' is not true or false"),
        configured.problems(
            "http:\n  prt: 1\n  compression: yes\n", Map.of("AETHERKEEP_REDIS_TIMEOUT", "soon")));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "http.port       | 65536   | a whole number from 0 to 65535",
        "http.port       | -1      | a whole number from 0 to 65535",
        "http.port       | x       | a whole number from 0 to 65535",
        "http.port       | ''      | a whole number from 0 to 65535",
        "http.port       | 99999999999 | a whole number from 0 to 65535",
        "event-loops     | 1.5     | a whole number from 0 to 256",
        "http.body-timeout | 10    | a duration like",
        "http.body-timeout | -10s  | a duration like",
        "http.body-timeout | 0s    | a duration like",
        "http.body-timeout | 999999999999d | a duration like",
        "http.max-uri-length | 8KB | a size like 512, 8KiB or 1MiB",
        "http.max-uri-length | 9999999999MiB | a size like 512, 8KiB or 1MiB",
        "http.access-log | some    | one of all, problems, off",
        "http.compression | on     | true or false",
        "http.host       | 0.0.0.0 | 127.0.0.1 or another loopback address",
        "http.host       | no.such.host.invalid | the name or number of an address",
        "http.host       | ''      | the name or number of an address",
        "data-dir        | ''      | a directory",
        "data-dir        | pom.xml | a directory",
        "redis.reconnect-max | 10ms | redis.reconnect-min or longer",
        "redis.url       | http://h | a URL like redis://",
        "redis.url       | h:6379  | a URL like redis://",
        "redis.url       | redis://h:0 | a URL like redis://",
        "redis.url       | redis://h:65536 | a URL like redis://",
        "redis.url       | redis://  | a URL like redis://",
        "redis.url       | redis://a_b | a URL like redis://",
        "redis.url       | redis://h/db | a URL like redis://",
        "redis.url       | redis://h?db=3 | a URL like redis://",
        "redis.url       | redis://alone@h | a URL like redis://",
        "redis.url       | unix:///tmp/redis.sock | a URL like redis://",
        "redis.sentinels | redis://h:26379 | addresses like sentinel-1:26379",
        "redis.sentinels | h:0     | addresses like sentinel-1:26379",
        "redis.sentinels | h:65536 | addresses like sentinel-1:26379",
        "redis.sentinels | h:1 g:x | addresses like sentinel-1:26379",
        "redis.sentinels | a_b     | addresses like sentinel-1:26379",
        "redis.cluster   | h:0     | addresses like redis-1:6379",
        "redis.cluster   | redis://h | addresses like redis-1:6379",
        "spaces.council.redis-cluster | a_b | addresses like redis-1:6379",
        "redis.master    | ''      | a name as in 'sentinel monitor'",
        "redis.master    | my master | a name as in 'sentinel monitor'",
        "spaces.council.sessions | any | one of aethercast, council, content",
        "spaces.council.database | -1 | a whole number from 0",
        "spaces.council.prefix | a b | up to 64 visible ASCII characters",
        "spaces.council.max-value-size | 0 | a size like 512, 8KiB or 1MiB",
        "spaces.council.redis-url | x | a URL like redis://",
        "spaces.council.retain-stream-size | 2KiB | 0 or what one append may bring at least",
        "spaces.council.retain-stream-size | 64MiB | 0 or less than max-stream-size by",
        "spaces.council.ttl.topic | 0s | a duration like",
      })
  void aBadValue_isReportedOnce_withValidValues(String path, String value, String right) {
    for (List<String> problems :
        List.of(
            problems(path + ": '" + value + "'"),
            configured.problems("", Map.of(Setting.variable(path), value)))) {
      assertEquals(1, problems.size(), problems::toString);
      assertTrue(problems.get(0).startsWith(path + " ("), problems::toString);
      assertTrue(problems.get(0).contains(" is not " + right), problems::toString);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "http: {port: 1, port: 2} | my.yaml:1: http.port is set twice",
        "{http: {port: 1}, http: {host: x}} | my.yaml:1: http is set twice",
        "{http.port: 1, http: {port: 2}} | my.yaml:1: http.port is set twice",
        "http: 8080 | http (my.yaml:1): takes settings below it, not a value",
        "http: [8080] | my.yaml:1: http is a list, and takes one value",
        "- http | my.yaml: expected settings as 'name: value'",
        "? [a] | my.yaml:1: the name of a setting is one word",
        "a: &a {b: *a} | my.yaml:1: a.b.b.b.b is deeper than any setting",
        "zzz: 1 | zzz (my.yaml:1): there is no such setting; --print-config lists all settings",
        "spaces: {councill: false} | spaces.councill (my.yaml:1): there is no such space to remove",
        "spaces: {council: 3} | spaces.council (my.yaml:1): takes settings below it, or false to"
            + " have no such space",
        "spaces: {aethercast: , council: , content: } | spaces: at least one is required",
        "spaces: {My: {database: 3}} | spaces.My: a name must have 1 to 32 of a-z, 0-9 and -,"
            + " beginning with a letter",
        "spaces: {mine: {}} | spaces.mine: its keys would collide with those of spaces.aethercast;"
            + " give it a database or a prefix",
        "spaces: {mine: {databse: 3}} | spaces.mine.databse (my.yaml:1): there is no such setting;"
            + " did you mean spaces.mine.database?",
        "spaces: {content: {ttl: {topik: 3s}}} | spaces.content.ttl.topik (my.yaml:1): no keyspace"
            + " with a lifetime has this name; did you mean topic?",
        "spaces: {council: {webhooks: {cdn: {url: https://a.example/, format: fastly, events:"
            + " cache-invalidated session-ended}}}} | spaces.council.webhooks.cdn.events: it must"
            + " be cache-invalidated alone, which a CDN format needs",
        "spaces: {council: {webhooks: {my hook: {url: https://a.example/, format: fastly, events:"
            + " cache-invalidated}}}} | spaces.council.webhooks.my hook: a name must have 1 to 64"
            + " of A-Z, a-z, 0-9, _ and -",
        "spaces: {council: {webhooks: {cdn: {url: https://10.1.2.3/, format: fastly, events:"
            + " cache-invalidated}}}} | spaces.council.webhooks.cdn.url: The address 10.1.2.3 is not"
            + " public",
        "spaces: {council: {webhooks: {cdn: {url: http://a.example/, format: fastly, events:"
            + " cache-invalidated}}}} | spaces.council.webhooks.cdn.url: Plain HTTP is only possible"
            + " to the networks of webhooks.allow-networks",
      })
  void aBadShape_isReportedClearly(String yaml, String problem) {
    assertEquals(List.of(problem), problems(yaml).subList(0, 1));
  }

  @Test
  void oneServerSpeltTwice_isOneServer() {
    assertEquals(
        List.of(
            "spaces.content: its keys would collide with those of spaces.aethercast; give it a"
                + " database or a prefix"),
        problems(
            """
            redis: {url: "redis://:p@Host"}
            spaces: {content: {redis-url: "redis://:p@host:6379/7", database: 0}}
            """));
  }

  @Test
  void invalidYaml_isReportedWithLineAndColumn() {
    List<String> problems = problems("http:\n  port: 1\n  host: [\n");
    assertEquals(1, problems.size());
    assertTrue(problems.get(0).matches("my.yaml:4:1: not YAML: .+"), problems::toString);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"a: \u0001", "a: 1\n---\nb: 2\n", "a: *b", "a: @b", "\ta: b", "a: \"\\u\""})
  void whatIsNoYaml_isOneProblem(String yaml) {
    List<String> problems = problems(yaml);
    assertEquals(1, problems.size(), problems::toString);
    assertTrue(problems.get(0).contains(": not YAML: "), problems::toString);
  }

  @Test
  void bytesThatAreNoText_areAProblem() throws Exception {
    Path file = configured.file("");
    Files.write(file, "data-dir: \u00e4".getBytes(StandardCharsets.ISO_8859_1));
    assertEquals(1, SettingsSource.of(file, Map.of()).problems().size());
  }

  @Test
  void aFileThatIsNotThere_isAProblem() {
    Path file = directory.resolve("none.yaml");
    assertEquals(
        List.of(file + ": there is no such file"), SettingsSource.of(file, Map.of()).problems());
    assertEquals(1, SettingsSource.of(directory, Map.of()).problems().size());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "redis://u:secret@h:x",
        "redis://u:a@secret@h",
        "redis://u:a/secret@h/x",
        "redis://secret@h",
        "redis://h?password=secret",
        "u:secret@h",
        "http://u:secret@h",
        "redis://u:#secret@h",
      })
  void aPassword_isNeverPrinted(String url) {
    for (String path :
        List.of("redis.url", "redis.sentinels", "spaces.council.redis-url", "redis.timeout")) {
      if (url.contains("://") || !path.equals("redis.timeout")) {
        String problems = problems(path + ": '" + url + "'").toString();
        assertFalse(problems.contains("secret"), problems);
      }
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "redis: {sentinel-user: me} | has no effect without redis.sentinel-password",
        "redis: {sentinel-password: x} | has no effect without redis.sentinels",
        "redis: {cluster: 'h:1', sentinels: 'h:2'} | cannot be combined with redis.sentinels",
        "spaces: {council: {redis-cluster: 'h:1', prefix: '{a}:'}} | has a brace, which decides the"
            + " slot of a key in a Redis Cluster",
        "demo: {key-file: no/such} | is not an existing file",
      })
  void aValueThatDoesNotFitTheOthers_isReportedOnce(String yaml, String problem) {
    List<String> problems = problems(yaml);
    assertEquals(1, problems.size(), problems::toString);
    assertTrue(problems.get(0).endsWith("' " + problem), problems::toString);
  }

  @Test
  void aSentinelsPassword_isNeverPrinted() {
    String problems = problems("redis: {sentinel-password: hush}").toString();
    assertTrue(problems.contains("'***' has no effect without redis.sentinels"), problems);
    SettingsSource source =
        SettingsSource.of(
            null,
            Map.of(
                "AETHERKEEP_REDIS_SENTINELS", "h",
                "AETHERKEEP_REDIS_SENTINEL_PASSWORD", "hush",
                "AETHERKEEP_BESIDE_SECRET", "hush hush hush hush"));
    assertFalse(EffectiveYaml.of(source).toString().contains("hush"));
    assertFalse(Settings.of(source).toString().contains("hush"));
  }
}
