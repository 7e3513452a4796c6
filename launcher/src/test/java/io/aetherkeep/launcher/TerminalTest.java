package io.aetherkeep.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.aetherkeep.testing.RedisExtension;
import io.aetherkeep.testing.RedisServer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The command line in a pseudo-terminal, as a person uses it. */
@ExtendWith(RedisExtension.class)
class TerminalTest {

  private static final String API = "/api/v1/aethercast/";
  private static final String CTRL_C = "\u0003";

  /** Shows the cursor, and leaves the second screen. */
  private static final String RESTORED = "\u001b[?25h\u001b[?1049l";

  /** Exit status of a program that SIGINT ended. */
  private static final int INTERRUPTED = 130;

  @TempDir private Path directory;

  private RunningNode node;

  @BeforeEach
  void start(RedisServer server) {
    assumeTrue(
        Files.isExecutable(Path.of("/usr/bin/python3")), "skipped: there is no python3 here");
    node = RunningNode.start(Map.of("AETHERKEEP_REDIS_URL", server.url()));
  }

  @AfterEach
  void stop() {
    if (node != null) {
      node.close();
    }
  }

  /** Something that goes on while the program runs. */
  private interface Meanwhile {
    void once() throws Exception;
  }

  /** Runs a command of ctl with these steps, each a word and a text. */
  private JsonObject run(
      List<List<String>> steps,
      Map<String, String> environment,
      Meanwhile meanwhile,
      String... words)
      throws Exception {
    JsonArray all = new JsonArray();
    steps.forEach(step -> all.add(new JsonArray(step)));
    List<String> command =
        new ArrayList<>(
            List.of(
                "/usr/bin/python3",
                Path.of("src/test/resources/terminal.py").toAbsolutePath().toString(),
                all.encode()));
    command.addAll(JavaCommand.program("ctl"));
    command.addAll(List.of(words));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("AETHERKEEP_URL", node.url());
    builder.environment().put("AETHERKEEP_SPACE", "aethercast");
    builder.environment().put("TERM", "xterm");
    builder.environment().putAll(environment);
    Path said = directory.resolve("said");
    Process driver = builder.redirectOutput(said.toFile()).start();
    while (!driver.waitFor(300, TimeUnit.MILLISECONDS)) {
      meanwhile.once();
    }
    String text = Files.readString(said, StandardCharsets.UTF_8);
    assertEquals(0, driver.exitValue(), text);
    return new JsonObject(text.substring(text.indexOf('{')));
  }

  private static void assertInterrupted(JsonObject result) {
    assertEquals(INTERRUPTED, result.getInteger("exit"), result::encode);
    assertTrue(result.getBoolean("same"), result::encode);
  }

  @Test
  void top_restoresTheScreenAtCtrlC() throws Exception {
    List<List<String>> steps =
        List.of(
            List.of("expect", "\u001b[?1049h"),
            List.of("expect", "aethercast at " + node.url()),
            List.of("expect", "NODE"),
            List.of("send", CTRL_C));
    JsonObject result = run(steps, Map.of(), () -> {}, "top");
    assertInterrupted(result);
    assertTrue(result.getString("screen").endsWith(RESTORED), result::encode);
  }

  @Test
  void aLongRemoval_showsItsProgress() throws Exception {
    for (int i = 0; i < 1500; i++) {
      node.put(API + "caches/topic/many" + i, "{}");
    }
    List<List<String>> steps =
        List.of(
            List.of("expect", "This removes 1,500 entries. Continue? [y/N]"),
            List.of("send", "y\n"),
            List.of("expect", " of 1,500"),
            List.of("expect", "Removed 1,500 entries."));
    JsonObject result =
        run(steps, Map.of(), () -> {}, "cache", "invalidate", "topic", "--pattern", "many*");
    assertEquals(0, result.getInteger("exit"), result::encode);
  }

  @Test
  void tail_printsEvents_untilCtrlC() throws Exception {
    List<List<String>> steps =
        List.of(
            List.of("expect", "session-opened {\"space\":\"aethercast\""), List.of("send", CTRL_C));
    assertInterrupted(run(steps, Map.of(), () -> node.post(API + "sessions", "{}"), "tail"));
  }

  @Test
  void watch_printsEachChange_untilCtrlC() throws Exception {
    node.put(API + "status/crawl/c1", "{\"status\": \"running\", \"progress\": 1}");
    List<List<String>> steps =
        List.of(List.of("expect", "\"progress\": 1"), List.of("send", CTRL_C));
    assertInterrupted(run(steps, Map.of(), () -> {}, "status", "watch", "crawl", "c1"));
  }

  @Test
  void edit_opensTheEditorInTheTerminal() throws Exception {
    node.put(API + "configs/player", "{\"volume\": 30}");
    Path editor = directory.resolve("editor");
    Files.writeString(
        editor, "#!/bin/sh\ntest -t 0 && test -t 1 || exit 9\nsed -i 's/30/31/' \"$1\"\n");
    assertTrue(editor.toFile().setExecutable(true));
    JsonObject result =
        run(
            List.of(),
            Map.of("EDITOR", editor.toString(), "VISUAL", ""),
            () -> {},
            "config",
            "edit",
            "player");
    assertEquals(0, result.getInteger("exit"), result::encode);
    assertTrue(result.getBoolean("same"), result::encode);
    assertTrue(node.get(API + "configs/player").body().contains("31"));
  }
}
