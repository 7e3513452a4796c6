package io.aetherkeep.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aetherkeep.launcher.settings.EffectiveYaml;
import io.aetherkeep.launcher.settings.Settings;
import io.aetherkeep.launcher.settings.SettingsSource;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The program's command line, without starting a node. */
class MainTest {

  @TempDir Path directory;
  private Configured configured;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private final List<Settings> started = new ArrayList<>();
  private final List<Boolean> played = new ArrayList<>();

  @BeforeEach
  void configure() {
    configured = new Configured(directory);
  }

  private int run(Map<String, String> environment, String... arguments) {
    return Main.run(
        List.of(arguments),
        environment,
        new PrintStream(out, true, StandardCharsets.UTF_8),
        new PrintStream(err, true, StandardCharsets.UTF_8),
        (loaded, demo) -> {
          started.add(loaded.settings());
          played.add(demo);
        });
  }

  private String out() {
    return out.toString(StandardCharsets.UTF_8);
  }

  private String err() {
    return err.toString(StandardCharsets.UTF_8);
  }

  @Test
  void help_mentionsEveryOption() {
    assertEquals(0, run(Map.of(), "--help"));
    for (String option :
        List.of(
            "--config FILE",
            "--demo",
            "--print-config",
            "--version",
            "--help",
            "init --space NAME",
            "health [--ready]",
            "migrate --from URL --to URL")) {
      assertTrue(out().contains(option), option);
    }
    assertTrue(out().contains("AETHERKEEP_HTTP_PORT"));
    assertEquals("", err());
  }

  @Test
  void version_isOneLine() {
    assertEquals(0, run(Map.of(), "--version"));
    assertEquals("aetherkeep " + Version.OURS, out().strip());
  }

  @Test
  void config_isTakenInBothSpellings() {
    String file = configured.file("http: {port: 1234}").toString();
    assertEquals(0, run(Map.of(), "--config", file));
    assertEquals(0, run(Map.of(), "--config=" + file));
    assertEquals(List.of(1234, 1234), started.stream().map(s -> s.http().port()).toList());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--port=1 | --port=1 is not an option; see --help",
        "start | start is not an option; see --help",
        "init | init takes --space NAME",
        "init --space | init takes --space NAME",
        "init --space Library | init takes --space NAME",
        "init --space library now | init takes --space NAME",
        "init --space library --config pom.xml | pom.xml: exists already",
        "init --space library --config no/such/file | no/such/file: cannot be written",
        "migrate | migrate takes --from URL and --to URL",
        "migrate --from redis://a | migrate takes --from URL and --to URL",
        "migrate --from a --to redis://b | --from: 'a' is not a URL like redis://host:6379/0",
        "migrate --from redis://a --to redis://a/0 | --to is the same as --from",
        "migrate --from redis://a --to redis://b --rate x | --rate is a number",
        "migrate --from @no/such --to redis://b | --from: the file no/such cannot be read",
        "--config | --config needs a file name",
        "--config= | --config needs a file name",
        "--config a --config=b | --config is given twice: a and b",
        "--config /no/such.yaml | /no/such.yaml: there is no such file",
      })
  void aWrongCall_endsWith2AndSaysWhy(String arguments, String why) {
    assertEquals(2, run(Map.of(), arguments.split(" ", -1)));
    assertTrue(err().contains("  - " + why), err());
    assertEquals("", out());
    assertEquals(List.of(), started);
  }

  @Test
  void badSettings_endWith2AndAreAllListed() {
    Map<String, String> bad = Map.of("AETHERKEEP_HTTP_PORT", "x", "AETHERKEEP_EVENT_LOOPS", "y");
    for (String argument : List.of("--print-config", "--config=" + configured.file(""))) {
      assertEquals(2, run(bad, argument));
      assertTrue(err().contains("  - http.port (AETHERKEEP_HTTP_PORT): 'x' is not"), err());
      assertTrue(err().contains("  - event-loops (AETHERKEEP_EVENT_LOOPS): 'y' is not"), err());
      assertEquals("", out());
    }
  }

  @Test
  void demo_isPlayedWhenItIsAskedFor() {
    assertEquals(0, run(Map.of()));
    assertEquals(0, run(Map.of(), "--demo"));
    assertEquals(List.of(false, true), played);
  }

  @Test
  void whatCannotStart_endsWith1() {
    int status =
        Main.run(
            List.of(),
            Map.of(),
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            (settings, demo) -> {
              throw new StartException("the port is taken", new Exception());
            });
    assertEquals(1, status);
    assertEquals("aetherkeep cannot start: the port is taken", err().strip());
  }

  @Test
  void printConfig_saysWhereEachValueComesFrom_andHidesPasswords() {
    String file = configured.file("redis:\n  url: redis://u:secret@h\n").toString();
    assertEquals(0, run(Map.of("AETHERKEEP_HTTP_PORT", "0"), "--print-config", "--config", file));
    assertTrue(out().matches("(?s).*\\n  port: 0 +# AETHERKEEP_HTTP_PORT\\n.*"), out());
    assertTrue(out().contains("  url: redis://u:***@h "), out());
    assertTrue(out().contains("# " + file + ":2\n"), out());
    assertTrue(out().matches("(?s).*\\nevent-loops: 0 +# default\\n.*"), out());
    assertFalse(out().contains("secret@"));
  }

  @Test
  void printConfig_isAFileThatGivesTheSameSettings() {
    String odd = directory.resolve("a \"b\" \\ # ü: 'c'\t").toString().replace("'", "''");
    SettingsSource source =
        configured.source(
            """
            http: {port: 0, access-log: off}
            data-dir: '%s'
            spaces:
              aethercast: {ttl: {topic: 2h}, prefix: "'{x}'#:"}
              council: false
              mine: {database: 5, redis-url: "redis://h:1"}
            """
                .formatted(odd),
            Map.of("AETHERKEEP_SPACES_MINE_TTL_SCRIPT", "3h"));
    Settings before = Settings.of(source);
    String printed = String.join("\n", EffectiveYaml.of(source));
    assertEquals(before, configured.settings(printed, Map.of()), printed);
  }
}
