package io.aetherkeep.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aetherkeep.testing.DocPage;
import io.aetherkeep.testing.DocPage.Example;
import io.aetherkeep.testing.ForeignClient;
import io.aetherkeep.testing.RedisExtension;
import io.aetherkeep.testing.RedisServer;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The documentation's commands work when pasted, with the documented output. */
@ExtendWith(RedisExtension.class)
class DocCommandsTest {

  private static final String README = "README.md";
  private static final String NEXT_BLOCK = "--- next block ---";

  private static RedisServer redis;
  private static RunningNode node;

  @BeforeAll
  static void start(RedisServer server) {
    redis = server;
    node = RunningNode.start(Map.of("AETHERKEEP_REDIS_URL", server.url()));
  }

  @AfterAll
  static void stop() {
    node.close();
  }

  static Stream<String> pages() {
    return DocPage.all().stream()
        .filter(page -> !page.examples().isEmpty())
        .map(DocPage::path)
        .filter(path -> !path.equals(README));
  }

  @ParameterizedTest
  @MethodSource("pages")
  void page_worksWhenPasted(String path) throws Exception {
    List<Example> examples = DocPage.at(path).examples();
    String script =
        examples.stream()
            .map(Example::script)
            .collect(Collectors.joining("\necho '" + NEXT_BLOCK + "'\n"));
    List<String> answers = List.of(sh(script).split(NEXT_BLOCK, -1));
    assertEquals(examples.size(), answers.size(), path);
    for (int i = 0; i < examples.size(); i++) {
      Pasted.assertSaid(examples.get(i).expected(), answers.get(i));
    }
    if (path.equals("docs/keyspaces.md")) {
      transcriptHolds(DocPage.at(path));
    }
  }

  @Test
  void firstSession_worksWhenPasted() throws Exception {
    DocPage readme = DocPage.at(README);
    String said = sh(readme.examples().get(0).script());
    List<String> statuses =
        Pattern.compile("HTTP/1.1 ([0-9]{3})")
            .matcher(said)
            .results()
            .map(status -> status.group(1))
            .toList();
    assertEquals(List.of("201", "200", "304", "204", "404", "200", "204", "404"), statuses, said);
    for (String part :
        List.of(
            "\"missing\":[\"t2\"]",
            "{\"matched\":1,\"removed\":0}",
            "{\"matched\":1,\"removed\":1}",
            "\"playback_speed_default\": 1.25",
            "\"repeated\":true",
            "\"totalTokens\":",
            "\"userId\":\"u1\",\"createdAt\":",
            "\"code\":\"session-unknown\"",
            "{\"providerId\":\"openai\",\"status\":\"healthy\",",
            "\"reason\":\"5 failures in a row\"",
            "\"reason\":\"invoice unpaid\",\"byHand\":true",
            "\"reason\":\"enabled by hand\",\"byHand\":false",
            "{\"id\":\"redis/council\",\"status\":\"UP\"}")) {
      assertTrue(said.contains(part), part + "\n" + said);
    }
    transcriptHolds(readme);
  }

  /**
   * Checks the documented replies of Redis after a page's commands; remaining seconds may be less.
   */
  private static void transcriptHolds(DocPage page) {
    List<MatchResult> asked =
        Pattern.compile("(?m)^127\\.0\\.0\\.1:[0-9]+> (.+)\n(.+)$")
            .matcher(page.block("A test holds this after the block."))
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

  @ParameterizedTest
  @ValueSource(strings = {"docs/security.md", "docs/settings.md"})
  void commandsOfTheProgram_workWhenPasted(String path, @TempDir Path directory) {
    List<String> commands =
        DocPage.at(path)
            .block("A test runs these commands.")
            .lines()
            .filter(line -> line.startsWith("./aetherkeep "))
            .toList();
    assertFalse(commands.isEmpty());
    Map<String, String> environment =
        path.contains("security")
            ? Map.of("AETHERKEEP_ACCESS_KEYS_FILE", directory.resolve("keys.json").toString())
            : Map.of();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (String command : commands) {
      String pasted = command.replaceFirst(" +#.*", "").replace("'", "");
      List<String> words = List.of(pasted.split(" ", -1));
      int status =
          Main.run(
              words.subList(1, words.size()),
              environment,
              new PrintStream(out, true, StandardCharsets.UTF_8),
              System.err,
              (settings, demo) -> {});
      assertEquals(0, status, command);
    }
    assertFalse(out.toString(StandardCharsets.UTF_8).isBlank());
  }

  /** Runs a pasted script against this node and this Redis. */
  private static String sh(String script) throws Exception {
    return Pasted.sh(script, node.url(), Map.of("REDIS", redis.url()));
  }
}
