package io.aetherkeep.launcher;

import static java.util.stream.Collectors.toCollection;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.aetherkeep.bus.Ask;
import io.aetherkeep.bus.Event;
import io.aetherkeep.catalogue.Keyspaces;
import io.aetherkeep.catalogue.Protocol;
import io.aetherkeep.keyspace.Dialect;
import io.aetherkeep.keyspace.Keyspace;
import io.aetherkeep.testing.ForeignClient;
import io.aetherkeep.testing.Readme;
import io.aetherkeep.testing.RedisExtension;
import io.aetherkeep.testing.RedisServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The README says what is so: its tables, its commands, its first session. */
@ExtendWith(RedisExtension.class)
class ReadmeTest {

  private final Readme readme = Readme.read();

  private static String read(String file) {
    try {
      return Files.readString(Path.of("..").resolve(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void keyspaces_areThoseOfTheCatalogue() {
    List<List<String>> rows =
        Keyspaces.ALL.stream()
            .map(
                keyspace ->
                    List.of(
                        "`" + keyspace.name() + "`" + of(keyspace.dialect()),
                        "`" + keyspace.pattern() + "`",
                        keyspace.layout().redisType(),
                        lives(keyspace),
                        word(keyspace.owner())))
            .toList();
    assertEquals(rows, readme.table("keyspaces"));
  }

  private static String of(Dialect dialect) {
    return dialect == Dialect.ANY ? "" : " (" + word(dialect) + ")";
  }

  private static String lives(Keyspace<?> keyspace) {
    return switch (keyspace.lifetime().end()) {
      case NEVER -> "for ever";
      case WITH_OTHERS -> "with others";
      case AFTER_WRITE -> keyspace.lifetime().length().toSeconds() + " s";
      case AFTER_ACCESS -> keyspace.lifetime().length().toSeconds() + " s after use";
    };
  }

  private static String word(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }

  @Test
  void settings_areThoseOfTheFile() {
    List<List<String>> rows =
        SettingsSource.defaults().values().stream()
            .filter(setting -> !setting.path().startsWith("spaces."))
            .map(
                setting ->
                    List.of(
                        "`" + setting.path() + "`",
                        "`" + Setting.variable(setting.path()) + "`",
                        setting.text().isEmpty() ? "" : "`" + setting.text() + "`"))
            .toList();
    assertEquals(rows, readme.table("settings"));
  }

  @Test
  void addresses_areThoseOfTheProtocol() {
    TreeSet<String> asked = new TreeSet<>();
    for (Class<?> type : Protocol.TYPES) {
      boolean event = Event.class.isAssignableFrom(type);
      if (event || Ask.class.isAssignableFrom(type)) {
        asked.add(type.getSimpleName());
      }
    }
    assertEquals(
        asked,
        readme.table("addresses").stream()
            .map(row -> row.get(1).replace("`", ""))
            .collect(toCollection(TreeSet::new)));
    for (List<String> row : readme.table("addresses")) {
      String kebab = row.get(1).replace("`", "").replaceAll("(?<=[a-z])(?=[A-Z])", "-");
      String prefix = row.get(2).equals("an event") ? "`aetherkeep.event." : "`aetherkeep.";
      assertEquals(prefix + kebab.toLowerCase(Locale.ROOT) + "`", row.get(0));
    }
  }

  @Test
  void commands_areThoseThatCiAndTheScriptRun() {
    assertTrue(readme.text().contains("\n./aetherkeep "));
    assertTrue(readme.text().contains("\nmvn -B verify "));
    assertTrue(read(".ci/run").contains("\nmvn -B verify\n"));
    assertTrue(Files.isExecutable(Path.of("../aetherkeep")));
  }

  @Test
  void links_leadSomewhere() {
    List<String> targets =
        Pattern.compile("\\]\\(([^)#h][^)]*)\\)")
            .matcher(readme.text())
            .results()
            .map(link -> link.group(1))
            .toList();
    assertTrue(targets.size() >= 3);
    targets.forEach(target -> assertTrue(Files.exists(Path.of("..").resolve(target)), target));
  }

  @Test
  void firstSession_worksWhenPasted(RedisServer redis) throws Exception {
    assumeTrue(isThere("curl"), "there is no curl here to paste with");
    String block =
        Pattern.compile("<!-- A test runs this block. -->\n```sh\n(.*?)```", Pattern.DOTALL)
            .matcher(readme.text())
            .results()
            .map(MatchResult::group)
            .findFirst()
            .orElseThrow()
            .replaceAll("(?s)^.*?```sh\n|```$", "");
    try (RunningNode node = RunningNode.start(Map.of("AETHERKEEP_REDIS_URL", redis.url()))) {
      String said = sh(block.replace("http://127.0.0.1:8080", node.url()));
      List<String> statuses =
          Pattern.compile("HTTP/1.1 ([0-9]{3})")
              .matcher(said)
              .results()
              .map(status -> status.group(1))
              .toList();
      assertEquals(List.of("201", "200", "304", "204", "404", "200", "204", "404"), statuses, said);
      assertTrue(said.contains("\"missing\":[\"t2\"]"), said);
      assertTrue(said.contains("{\"matched\":1,\"removed\":0}"), said);
      assertTrue(said.contains("{\"matched\":1,\"removed\":1}"), said);
      assertTrue(said.contains("\"playback_speed_default\": 1.25"), said);
      assertTrue(said.contains("\"repeated\":true"), said);
      assertTrue(said.contains("\"totalTokens\":"), said);
      assertTrue(said.contains("\"userId\":\"u1\",\"createdAt\":"), said);
      assertTrue(said.contains("\"code\":\"session-unknown\""), said);
      assertTrue(said.contains("{\"providerId\":\"openai\",\"status\":\"healthy\","), said);
      assertTrue(said.contains("\"reason\":\"5 failures in a row\""), said);
      assertTrue(said.contains("\"reason\":\"invoice unpaid\",\"byHand\":true"), said);
      assertTrue(said.contains("\"reason\":\"enabled by hand\",\"byHand\":false"), said);
      assertTrue(said.contains("{\"id\":\"redis/council\",\"status\":\"UP\"}"), said);
      transcriptHolds(redis);
    }
  }

  /** What the README says Redis answers afterwards; of seconds there may be fewer. */
  private void transcriptHolds(RedisServer redis) {
    List<MatchResult> asked =
        Pattern.compile("(?m)^127\\.0\\.0\\.1:[0-9]+> (.+)\n(.+)$")
            .matcher(readme.text().substring(readme.text().indexOf("<!-- A test holds this after")))
            .results()
            .toList();
    assertEquals(2, asked.size());
    try (ForeignClient cli = redis.foreign(0)) {
      for (MatchResult one : asked) {
        Object answer = cli.send((Object[]) one.group(1).split(" ", -1));
        if (answer instanceof Long seconds) {
          long said = Long.parseLong(one.group(2).replaceAll("[^0-9]", ""));
          assertTrue(Math.abs(said - seconds) < 60, one.group() + ": " + seconds);
        } else {
          assertEquals(one.group(2).replaceAll("^\"|\"$", "").replace("\\\"", "\""), answer);
        }
      }
    }
  }

  @Test
  void keyCommands_workWhenPasted(@TempDir Path directory) {
    List<String> commands =
        readme
            .text()
            .substring(readme.text().indexOf("<!-- A test runs these commands. -->"))
            .lines()
            .skip(2)
            .takeWhile(line -> !line.equals("```"))
            .filter(line -> line.startsWith("./aetherkeep "))
            .toList();
    assertEquals(3, commands.size());
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (String command : commands) {
      List<String> words = List.of(command.replace("'", "").split(" ", -1));
      int status =
          Main.run(
              words.subList(1, words.size()),
              Map.of("AETHERKEEP_ACCESS_KEYS_FILE", directory.resolve("keys.json").toString()),
              new PrintStream(out, true, StandardCharsets.UTF_8),
              System.err,
              (settings, demo) -> {});
      assertEquals(0, status, command);
    }
    assertTrue(out.toString(StandardCharsets.UTF_8).contains("  prometheus "), out::toString);
  }

  private static boolean isThere(String program) throws Exception {
    return new ProcessBuilder("sh", "-c", "command -v " + program).start().waitFor() == 0;
  }

  private static String sh(String script) throws Exception {
    List<String> command = new ArrayList<>(List.of("sh", "-c", script));
    Process shell = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertTrue(shell.waitFor(60, TimeUnit.SECONDS));
    return said;
  }
}
