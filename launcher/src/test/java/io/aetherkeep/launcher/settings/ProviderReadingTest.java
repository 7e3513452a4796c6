package io.aetherkeep.launcher.settings;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.aetherkeep.health.settings.HealthSettings;
import io.aetherkeep.health.settings.ProviderRules;
import io.aetherkeep.launcher.Configured;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Settings of providers, and the messages about invalid ones. */
class ProviderReadingTest {

  @TempDir Path directory;
  private Configured configured;

  @BeforeEach
  void configure() {
    configured = new Configured(directory);
  }

  private HealthSettings health(String yaml) {
    return configured.settings(yaml, Map.of()).health();
  }

  private static ProviderRules rules(HealthSettings health, String space, String id) {
    return health.own().get(space).get(id);
  }

  @Test
  void theDefaults_areTheUsualRules() {
    HealthSettings health = health("");
    assertEquals(ProviderRules.usual(), health.usual());
    assertEquals(Duration.ofSeconds(1), health.sweepEvery());
    assertEquals(Set.of("aethercast", "council", "content"), health.own().keySet());
    health.own().forEach((space, own) -> assertEquals(Map.of(), own));
  }

  @Test
  void aProvider_hasItsOwnRulesAndTheRestOfAll() {
    HealthSettings health =
        health(
            """
            providers: {trial-requests: 7, degraded-below-percent: 80}
            spaces:
              council:
                providers:
                  openai: {group: chat, failures-in-a-row: 3, degraded-above: 10s}
            """);
    assertEquals(
        new ProviderRules(
            "chat",
            3,
            20,
            0.8,
            0.5,
            Duration.ofSeconds(10),
            0.03,
            Duration.ofSeconds(30),
            Duration.ofMinutes(10),
            7,
            0,
            0),
        rules(health, "council", "openai"));
    assertEquals(Map.of(), health.own().get("content"));
    assertEquals(5, health.usual().failuresInARow());
  }

  @Test
  void aProvidersId_mayHaveDots() {
    HealthSettings health =
        health(
            """
            spaces:
              council:
                providers:
                  gpt-4.1: {group: chat}
                  "a.b.c": {cool-down: 1m}
                  gpt-4: {group: text}
            """);
    assertEquals(Set.of("gpt-4.1", "a.b.c", "gpt-4"), health.own().get("council").keySet());
    assertEquals("chat", rules(health, "council", "gpt-4.1").group());
    assertEquals("text", rules(health, "council", "gpt-4").group());
    assertEquals(Duration.ofMinutes(1), rules(health, "council", "a.b.c").coolDown());
  }

  @Test
  void whatIsPrinted_isReadAsTheSame() {
    SettingsSource source =
        configured.source(
            """
            spaces:
              council:
                providers:
                  gpt-4: {group: chat}
                  gpt-4.1: {group: chat, cool-down: 1m}
                  gpt-4.group: {group: text}
                  "mixtral:8x7b": {group: chat}
            """,
            Map.of());
    HealthSettings health = Settings.of(source).health();
    assertEquals(4, health.own().get("council").size());
    assertEquals(health, health(String.join("\n", EffectiveYaml.of(source))));
  }

  @Test
  void aSpaceOfOnesOwn_hasProvidersToo() {
    HealthSettings health =
        health("spaces: {mine: {database: 5, providers: {local: {group: chat}}}}");
    assertEquals("chat", rules(health, "mine", "local").group());
    assertEquals(Map.of(), health.own().get("aethercast"));
  }

  @Test
  void aGroupOfAll_isLeftByGivingNone() {
    HealthSettings health =
        health("{providers: {group: all}, spaces: {council: {providers: {p: {group: ''}}}}}");
    assertEquals("all", health.usual().group());
    assertEquals(null, rules(health, "council", "p").group());
  }

  @Test
  void noProviders_isNone() {
    for (String none : List.of("{}", "", "{p: }", "{p: {}}", "{gpt-4.1: {}}")) {
      HealthSettings health = health("spaces: {council: {providers: " + none + "}}");
      assertEquals(Map.of(), health.own().get("council"));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{p: {grup: x}} | spaces.council.providers.p.grup (my.yaml:1): providers have no such"
            + " setting; did you mean group?",
        "{gpt-4.1: {cooldown: 1s}} | spaces.council.providers.gpt-4.1.cooldown (my.yaml:1):"
            + " providers have no such setting; did you mean cool-down?",
        "{p: {failures-in-a-row: 0}} | spaces.council.providers.p.failures-in-a-row (my.yaml:1):"
            + " '0' is not a whole number from 1 to 1000",
        "{p: {cool-down: soon}} | spaces.council.providers.p.cool-down (my.yaml:1): 'soon' is not a"
            + " duration like 800ms, 10s, 5m, 2h or 30d, from 100ms to 3650d",
        "{p: {degraded-below-percent: 40}} | spaces.council.providers.p.disabled-below-percent:"
            + " must not exceed degraded-below-percent",
        "{p: {cool-down: 1h}} | spaces.council.providers.p.longest-cool-down: must not be"
            + " shorter than cool-down",
        "{p: openai} | spaces.council.providers.p (my.yaml:1): takes settings below it, not a"
            + " value",
        "{'a b': {group: chat}} | spaces.council.providers.a b.group (my.yaml:1): The id holds"
            + " white space",
        "{p: {group: 'a b'}} | spaces.council.providers.p.group (my.yaml:1): The group holds white"
            + " space",
        "{p: {longest-cool-down: soon}} | spaces.council.providers.p.longest-cool-down (my.yaml:1):"
            + " 'soon' is not a duration like 800ms, 10s, 5m, 2h or 30d, from 100ms to 3650d",
        "7 | spaces.council.providers (my.yaml:1): takes settings below it, not a value",
      })
  void aBadRule_isReportedOnceWithValidValues(String providers, String problem) {
    String yaml = "spaces: {council: {providers: " + providers + "}}";
    assertEquals(List.of(problem), configured.problems(yaml, Map.of()));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "cool-down: soon",
        "disabled-below-percent: 95",
        "longest-cool-down: 1s",
        "group: a b",
      })
  void aBadDefaultRule_isReportedOnce(String rule) {
    String yaml =
        "{providers: {%s}, spaces: {council: {providers: {p: {group: c}, q: {trial-requests: 2}}}}}"
            .formatted(rule);
    assertEquals(1, configured.problems(yaml, Map.of()).size());
  }

  @Test
  void aRuleOfTheFile_isReachedFromTheEnvironment() {
    HealthSettings health =
        configured
            .settings(
                "spaces: {council: {providers: {gpt-4.1: {group: chat}}}}",
                Map.of("AETHERKEEP_SPACES_COUNCIL_PROVIDERS_GPT_4_1_GROUP", "text"))
            .health();
    assertEquals("text", rules(health, "council", "gpt-4.1").group());
  }
}
