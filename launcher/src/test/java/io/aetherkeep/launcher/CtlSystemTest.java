package io.aetherkeep.launcher;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aetherkeep.launcher.ctl.CtlCommand;
import io.aetherkeep.launcher.ctl.CtlException;
import io.aetherkeep.testing.DocPage;
import io.aetherkeep.testing.RedisExtension;
import io.aetherkeep.testing.RedisServer;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The ctl command against a running node. */
@ExtendWith(RedisExtension.class)
class CtlSystemTest {

  private static final String API = "/api/v1/aethercast/";

  @TempDir private Path directory;

  private final List<Thread> threads = new ArrayList<>();
  private final Map<String, String> environment = new HashMap<>();
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private RunningNode node;

  @BeforeEach
  void start(RedisServer server) {
    node = RunningNode.start(Map.of("AETHERKEEP_REDIS_URL", server.url()));
    environment.put("AETHERKEEP_URL", node.url());
    environment.put("AETHERKEEP_SPACE", "aethercast");
  }

  @AfterEach
  void stop() throws Exception {
    for (Thread thread : threads) {
      thread.interrupt();
      thread.join();
    }
    node.close();
  }

  private static PrintStream stream(ByteArrayOutputStream bytes) {
    return new PrintStream(bytes, true, StandardCharsets.UTF_8);
  }

  /** Runs a command, and returns its exit status. */
  private int run(String... words) {
    out.reset();
    err.reset();
    List<String> arguments = new ArrayList<>(List.of("ctl"));
    arguments.addAll(List.of(words));
    return Main.run(arguments, environment, stream(out), stream(err), (settings, demo) -> {});
  }

  private String ok(String... words) {
    assertEquals(0, run(words), () -> err.toString(StandardCharsets.UTF_8));
    return out();
  }

  private String out() {
    return out.toString(StandardCharsets.UTF_8).strip();
  }

  private String err() {
    return err.toString(StandardCharsets.UTF_8).strip();
  }

  /** Begins a command that goes on. */
  private Thread begin(String... words) {
    out.reset();
    List<String> arguments = List.of(words);
    Thread thread =
        new Thread(
            () ->
                CtlCommand.run(
                    arguments,
                    environment,
                    ByteArrayInputStream.nullInputStream(),
                    stream(out),
                    () -> {}));
    threads.add(thread);
    thread.start();
    return thread;
  }

  private void awaitOut(String text) {
    await()
        .atMost(30, TimeUnit.SECONDS)
        .untilAsserted(() -> assertTrue(out().contains(text), out()));
  }

  private static void awaitEnd(Thread thread) {
    await().atMost(30, TimeUnit.SECONDS).until(() -> !thread.isAlive());
  }

  private void open(String id, String user) throws Exception {
    String body = new JsonObject().put("id", id).put("userId", user).encode();
    assertEquals(201, node.post(API + "sessions", body).statusCode());
  }

  @Test
  void sessions_areListedShownAndEnded() throws Exception {
    open("s1", "u1");
    open("s2", "u1");
    open("s3", "u2");
    assertEquals(3, ok("sessions", "list", "--json").lines().count());
    assertTrue(ok("sessions", "list", "--user", "u1").startsWith("ID  USER  CREATED"));
    assertEquals(3, out().lines().count());
    assertEquals("u2", new JsonObject(ok("sessions", "get", "s3", "--json")).getString("userId"));
    assertEquals("Ended 2 sessions.", ok("sessions", "end", "--user", "u1", "--yes"));
    assertEquals("Ended 1 session.", ok("sessions", "end", "s3", "--yes"));
    assertEquals(1, run("sessions", "get", "s3"));
    assertTrue(err().contains("404 session-unknown"), err());
  }

  @Test
  void anAction_isDoneOnlyAfterAYes() throws Exception {
    open("s1", "u1");
    assertEquals(1, answer("n\n"));
    assertEquals(2, answer(""));
    assertEquals(200, node.get(API + "sessions/s1").statusCode());
    assertEquals(0, answer("y\n"));
    assertTrue(out().startsWith("This ends one session of user u1. Continue? [y/N]"), out());
    assertEquals(404, node.get(API + "sessions/s1").statusCode());
  }

  private int answer(String text) {
    out.reset();
    ByteArrayInputStream in = new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
    try {
      CtlCommand.run(List.of("sessions", "end", "s1"), environment, in, stream(out), () -> {});
      return 0;
    } catch (CtlException e) {
      return e.status();
    }
  }

  @Test
  void statuses_areListedWatchedAndCancelled() throws Exception {
    node.put(API + "status/crawl/c1", "{\"status\": \"running\", \"progress\": 10}");
    assertEquals(2, ok("status", "list", "crawl").lines().count());
    assertEquals(10, new JsonObject(ok("status", "get", "crawl", "c1")).getInteger("progress"));
    Thread watching = begin("status", "watch", "crawl", "c1");
    awaitOut("status {\"status\": \"running\"");
    assertEquals(
        202,
        node.post(API + "status/crawl/c1/cancel", "{\"reason\": \"no longer needed\"}")
            .statusCode());
    awaitOut("cancel-requested {");
    node.put(API + "status/crawl/c1", "{\"status\": \"cancelled\"}");
    awaitEnd(watching);
    assertTrue(out().contains("status {\"status\": \"cancelled\"}"), out());
    node.put(API + "status/crawl/c2", "{\"status\": \"running\"}");
    assertEquals(
        "Cancellation of attempt 1 is requested.",
        ok("status", "cancel", "crawl", "c2", "--reason", "too long", "--yes"));
  }

  @Test
  void streams_arePrintedToTheirEndAndStopped() throws Exception {
    node.request("PUT", API + "streams/answers/a1", "one ", "Content-Type", "text/plain");
    Thread tail = begin("streams", "tail", "answers/a1");
    awaitOut("one");
    node.request("POST", API + "streams/answers/a1", "two", "Content-Type", "text/plain");
    awaitOut("one two");
    ByteArrayOutputStream stopped = new ByteArrayOutputStream();
    CtlCommand.run(
        List.of("streams", "stop", "answers/a1", "--yes"),
        environment,
        ByteArrayInputStream.nullInputStream(),
        stream(stopped),
        () -> {});
    assertEquals("Stopped.", stopped.toString(StandardCharsets.UTF_8).strip());
    awaitEnd(tail);
    assertEquals("one two", out());
  }

  @Test
  void aStream_isPrintedOnAfterARestartOfTheNode(RedisServer server) throws Exception {
    node.request("PUT", API + "streams/a1", "one ", "Content-Type", "text/plain");
    begin("streams", "tail", "a1");
    awaitOut("one");
    node.close();
    node = RunningNode.again(node, Map.of("AETHERKEEP_REDIS_URL", server.url()));
    node.request("POST", API + "streams/a1", "two", "Content-Type", "text/plain");
    awaitOut("one two");
  }

  @Test
  void caches_areShownAndInvalidated() throws Exception {
    for (int i = 0; i < 3; i++) {
      node.put(API + "caches/topic/t" + i, "{\"topic_id\": \"t%d\"}".formatted(i));
    }
    assertEquals("t1", new JsonObject(ok("cache", "get", "topic", "t1")).getString("topic_id"));
    assertEquals(
        "Would remove 3 entries.",
        ok("cache", "invalidate", "topic", "--pattern", "t*", "--dry-run"));
    assertEquals("Removed 1 entry.", ok("cache", "invalidate", "topic", "t1", "--yes").strip());
    assertEquals(1, run("cache", "get", "topic", "t1"));
    assertEquals(2, run("cache", "invalidate", "topic"));
    assertTrue(ok("cache", "list").contains("topic"), out());
  }

  @Test
  void manyEntries_areRemovedInTheBackground() throws Exception {
    for (int i = 0; i < 1200; i++) {
      node.put(API + "caches/topic/many" + i, "{}");
    }
    assertEquals(
        "Removed 1,200 entries.",
        ok("cache", "invalidate", "topic", "--pattern", "many*", "--yes").strip());
    assertEquals(
        "Would remove 0 entries.",
        ok("cache", "invalidate", "topic", "--pattern", "many*", "--dry-run"));
  }

  @Test
  void openStreams_areListed_andTheNodesOfAConfiguration() throws Exception {
    node.put(API + "streams/chat/1", "[{\"n\": 1}]");
    node.put(API + "streams/other/2", "[]");
    assertTrue(ok("streams", "list").contains("other/2"), out());
    String chats = ok("streams", "list", "chat/");
    assertTrue(chats.contains("chat/1") && !chats.contains("other/2"), chats);
    node.put(API + "configs/player", "{\"volume\": 30}");
    node.get(API + "configs/player");
    assertTrue(ok("config", "nodes", "player").contains("THEY HAVE"), out());
    assertEquals(1, ok("--json", "config", "nodes", "player").lines().count());
    assertEquals(2, run("migrate", "--to", "redis://127.0.0.1:1"));
    assertTrue(err().contains("--from"), err());
  }

  private Path editor(String script) throws Exception {
    return Files.writeString(directory.resolve("editor.sh"), script);
  }

  @Test
  void aConfiguration_isEditedComparedAndRolledBack() throws Exception {
    node.put(API + "configs/player", "{\"volume\": 30}");
    environment.put("EDITOR", "sh " + editor("sed -i s/30/60/ \"$1\""));
    assertEquals("Wrote version 2 of player.", ok("config", "edit", "player"));
    assertEquals("Nothing was changed.", ok("config", "edit", "player"));
    assertEquals(3, ok("config", "versions", "player").lines().count());
    assertTrue(ok("config", "diff", "player").contains("replace  /volume  30    60"), out());
    assertEquals("Wrote version 3 of player.", ok("config", "rollback", "player", "1", "--yes"));
    assertEquals(30, new JsonObject(ok("config", "get", "player")).getInteger("volume"));
    assertTrue(ok("config", "list").contains("player"), out());
  }

  @Test
  void anEdit_keepsTheDigitsOfNumbers() throws Exception {
    String rates = "\"rate\":0.1234567890123456789,\"share\":2.50";
    node.put(API + "configs/player", "{\"volume\":30," + rates + "}");
    environment.put("EDITOR", "sh " + editor("sed -i s/30/60/ \"$1\""));
    ok("config", "edit", "player");
    assertEquals("{\"volume\":60," + rates + "}", node.get(API + "configs/player").body());
  }

  @Test
  void anEdit_isKept_whenAnotherWriterWasFaster() throws Exception {
    node.put(API + "configs/player", "{\"volume\": 30}");
    Path go = directory.resolve("go");
    Path open = directory.resolve("open");
    environment.put(
        "EDITOR",
        "sh "
            + editor(
                "touch %s; until [ -e %s ]; do sleep 0.05; done; sed -i s/30/60/ \"$1\""
                    .formatted(open, go)));
    String[] failure = new String[1];
    Thread editing =
        new Thread(
            () -> {
              try {
                CtlCommand.run(
                    List.of("config", "edit", "player"),
                    environment,
                    ByteArrayInputStream.nullInputStream(),
                    stream(out),
                    () -> {});
              } catch (CtlException e) {
                failure[0] = e.getMessage();
              }
            });
    threads.add(editing);
    editing.start();
    await().atMost(30, TimeUnit.SECONDS).until(() -> Files.exists(open));
    node.put(API + "configs/player", "{\"volume\": 31}");
    Files.createFile(go);
    awaitEnd(editing);
    assertTrue(failure[0].contains("412 version-conflict"), failure[0]);
    String kept = failure[0].substring(failure[0].lastIndexOf(' ') + 1).strip();
    assertEquals(60, new JsonObject(Files.readString(Path.of(kept))).getInteger("volume"));
    Files.delete(Path.of(kept));
  }

  @Test
  void providers_areTakenOutAndPutBack() throws Exception {
    node.post(API + "providers/openai/outcomes", "{\"success\": true, \"latencyMs\": 20}");
    assertTrue(ok("providers").contains("openai"), out());
    assertTrue(
        ok("providers", "disable", "openai", "--for", "10m", "--reason", "quota", "--yes")
            .contains("disabled"),
        out());
    assertTrue(ok("providers", "enable", "openai", "--yes").contains("openai"), out());
    assertEquals(2, run("providers", "disable", "openai", "--for", "soon", "--yes"));
  }

  @Test
  void news_arePrintedAsTheyCome() throws Exception {
    begin("tail", "status/crawl/*", "config/player", "--json");
    awaitOut("\"topic\":\"config/player\"");
    node.put(API + "status/crawl/c1", "{\"status\": \"running\"}");
    node.put(API + "configs/player", "{\"volume\": 30}");
    awaitOut("\"volume\":30");
    awaitOut("\"id\":\"c1\"");
  }

  @Test
  void tail_printsAllEvents_orSomeTypes() throws Exception {
    begin("tail");
    await()
        .atMost(60, TimeUnit.SECONDS)
        .until(
            () -> {
              node.put(API + "configs/player", "{\"volume\": %d}".formatted(System.nanoTime()));
              return out().contains("config-changed {\"space\":\"aethercast\",\"name\":\"player\"");
            });
    open("s1", "u1");
    awaitOut("session-opened {\"space\":\"aethercast\",\"id\":\"s1\",\"userId\":\"u1\"}");
    assertEquals(1, run("tail", "--type", "session-opened,sessions"));
    assertTrue(err().contains("topic-unknown"), err());
  }

  @Test
  void theStateOfANode_isOnOnePage() throws Exception {
    open("s1", "u1");
    String page = ok("top", "--once");
    assertTrue(page.startsWith("aethercast at " + node.url()), page);
    assertTrue(page.contains(": 1 sessions, 0 listeners"), page);
    assertTrue(page.contains("COMMANDS/s") && page.contains("HEAP MiB"), page);
  }

  @Test
  void theDoctor_saysWhatToDo() throws Exception {
    await().until(() -> node.get("/health/ready").statusCode() == 200);
    assertTrue(ok("doctor").contains("ok    ready: it can serve"), out());
    environment.put("AETHERKEEP_HTTP_PORT", "x");
    assertEquals(1, run("doctor"));
    assertTrue(out().contains("bad   settings: http.port (AETHERKEEP_HTTP_PORT): 'x'"), out());
    environment.remove("AETHERKEEP_HTTP_PORT");
    node.close();
    assertEquals(1, run("doctor"));
    assertTrue(out().contains("-> start the node, or name it by --url"), out());
  }

  @Test
  void aWrongCall_endsWith2_andSaysWhy() {
    for (List<String> words :
        List.of(
            List.of("frobnicate"),
            List.of("sessions"),
            List.of("sessions", "get"),
            List.of("sessions", "get", "s1", "s2"),
            List.of("sessions", "list", "--limit", "none"),
            List.of("sessions", "list", "--limit"),
            List.of("sessions", "list", "--colour"),
            List.of("config", "diff", "player", "new"),
            List.of("tail", "--type"),
            List.of("sessions", "list", "--url", "ftp://h"))) {
      assertEquals(2, run(words.toArray(String[]::new)), words::toString);
      assertTrue(err().startsWith("aetherkeep ctl: "), err());
    }
    environment.remove("AETHERKEEP_SPACE");
    assertEquals(2, run("sessions", "list"));
    assertEquals("aetherkeep ctl: --space names one of aethercast, council, content", err());
  }

  @Test
  void theManual_holdsTheHelp() {
    String help = ok("--help");
    String usage = help.substring(help.indexOf("usage:"));
    assertTrue(DocPage.named("command-line").text().contains(usage), usage);
  }

  @Test
  void aSpaceThatIsNotThere_isAnsweredWithThoseThatAre() {
    environment.put("AETHERKEEP_SPACE", "studio");
    assertEquals(1, run("sessions", "list"));
    assertTrue(err().contains("the spaces are aethercast, council, content"), err());
  }
}
