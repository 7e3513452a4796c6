package io.aetherkeep.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aetherkeep.embedded.EmbeddedRedis;
import io.aetherkeep.testing.ForeignClient;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The program as a process: its output, its end, its files. */
class ProgramTest {

  @TempDir Path data;

  /** Runs the program with its data in this test's directory. */
  private Process run(Map<String, String> environment, String... arguments) throws IOException {
    ProcessBuilder builder = new ProcessBuilder(JavaCommand.program(arguments));
    builder.environment().put("AETHERKEEP_HTTP_PORT", "0");
    builder.environment().put("AETHERKEEP_DATA_DIR", data.toString());
    builder.environment().putAll(RunningNode.PATIENCE);
    builder.environment().putAll(environment);
    return builder
        .redirectError(ProcessBuilder.Redirect.appendTo(data.resolve("errors").toFile()))
        .start();
  }

  /** The output up to the line that reports readiness. */
  private static List<String> untilReady(BufferedReader out) throws IOException {
    List<String> lines = new ArrayList<>();
    for (String line = out.readLine(); line != null; line = out.readLine()) {
      lines.add(line);
      if (line.startsWith("aetherkeep ready on ")) {
        return lines;
      }
    }
    throw new IOException("It ended before it was ready: " + lines);
  }

  private static HttpResponse<String> send(String method, String url, String body)
      throws Exception {
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(URI.create(url))
                .header("Content-Type", "application/json")
                .method(method, BodyPublishers.ofString(body))
                .build(),
            BodyHandlers.ofString());
  }

  @Test
  void run_saysWhereItListensAndKeepsItsDataOverATermination() throws Exception {
    String path = "/api/v1/content/caches/user/7";
    Process first = run(Map.of());
    try (BufferedReader out = first.inputReader(StandardCharsets.UTF_8)) {
      List<String> lines = untilReady(out);
      assertEquals(6, lines.size(), lines::toString);
      assertTrue(lines.get(2).contains("embedded "), lines::toString);
      String password = Files.readString(data.resolve("redis/password")).strip();
      assertFalse(lines.toString().contains(password), lines::toString);
      String url = lines.get(5).substring("aetherkeep ready on ".length());
      assertEquals(
          "{\"status\":\"UP\",\"checks\":[]}", send("GET", url + "/health/live", "").body());
      assertEquals(201, send("PUT", url + path, "{\"id\": 7}").statusCode());
      List<ProcessHandle> children = first.descendants().toList();
      assertFalse(children.isEmpty());
      first.destroy();
      assertTrue(first.waitFor(30, TimeUnit.SECONDS));
      for (ProcessHandle child : children) {
        child.onExit().get(20, TimeUnit.SECONDS);
      }
    }
    Process second = run(Map.of());
    try (BufferedReader out = second.inputReader(StandardCharsets.UTF_8)) {
      String url = untilReady(out).get(5).substring("aetherkeep ready on ".length());
      assertEquals("{\"id\": 7}", send("GET", url + path, "").body());
    } finally {
      second.destroy();
      assertTrue(second.waitFor(30, TimeUnit.SECONDS));
    }
  }

  @Test
  void aHangUp_readsTheSettingsAgain() throws Exception {
    Path file = Files.writeString(data.resolve("my.yaml"), "log: {level: info}\n");
    Process program = run(Map.of(), "--config", file.toString());
    try (BufferedReader out = program.inputReader(StandardCharsets.UTF_8)) {
      untilReady(out);
      new ProcessBuilder("kill", "-HUP", Long.toString(program.pid())).start().waitFor();
      Awaitility.await()
          .atMost(60, TimeUnit.SECONDS)
          .until(
              () ->
                  Files.readString(data.resolve("errors"))
                      .contains("Settings were loaded (SIGHUP)"));
      assertTrue(program.isAlive());
    } finally {
      program.destroy();
      assertTrue(program.waitFor(30, TimeUnit.SECONDS));
    }
  }

  @Test
  void run_leavesNoRedisBehindWhenItIsKilled() throws Exception {
    Process killed = run(Map.of());
    try (BufferedReader out = killed.inputReader(StandardCharsets.UTF_8)) {
      untilReady(out);
      List<ProcessHandle> children = killed.descendants().toList();
      killed.destroyForcibly();
      for (ProcessHandle child : children) {
        child.onExit().get(20, TimeUnit.SECONDS);
      }
    }
  }

  @Test
  void run_endsWithAMessageWhenItsRedisIsKilled() throws Exception {
    Process program = run(Map.of());
    try (BufferedReader out = program.inputReader(StandardCharsets.UTF_8)) {
      untilReady(out);
      program.descendants().filter(ProgramTest::isRedis).forEach(ProcessHandle::destroyForcibly);
      assertTrue(program.waitFor(60, TimeUnit.SECONDS));
      assertEquals(1, program.exitValue());
      String errors = Files.readString(data.resolve("errors"));
      assertTrue(errors.contains("The embedded Redis has ended with the exit status 137"), errors);
    } finally {
      program.destroyForcibly();
    }
  }

  private static boolean isRedis(ProcessHandle process) {
    return process.info().command().orElse("").contains("redis-server");
  }

  @Test
  void run_endsWithStatus2WhereASettingIsWrong() throws Exception {
    Process wrong = run(Map.of("AETHERKEEP_HTTP_PORT", "eighty"));
    assertTrue(wrong.waitFor(30, TimeUnit.SECONDS));
    assertEquals(2, wrong.exitValue());
  }

  @Test
  void run_endsWithStatus1WhereThePortIsTaken() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      Process second = run(Map.of("AETHERKEEP_HTTP_PORT", "" + taken.getLocalPort()));
      assertTrue(second.waitFor(30, TimeUnit.SECONDS));
      assertEquals(1, second.exitValue());
      assertTrue(errors().contains("http.port (AETHERKEEP_HTTP_PORT): cannot listen on"), errors());
    }
  }

  @Test
  void run_servesBeforeItsRedisIsThereAndIsReadyWhenItIs() throws Exception {
    EmbeddedRedis first = EmbeddedRedis.start(EmbeddedRedis.options());
    first.close();
    Process early = run(Map.of("AETHERKEEP_REDIS_URL", first.url()));
    try (BufferedReader out = early.inputReader(StandardCharsets.UTF_8)) {
      String url = "";
      for (String line = out.readLine(); !line.startsWith("  access"); line = out.readLine()) {
        url = line.startsWith("  http ") ? line.trim().split("\\s+", -1)[1] : url;
      }
      HttpResponse<String> answer = send("GET", url + "/api/v1/content/caches/user/7", "");
      assertEquals(503, answer.statusCode());
      assertTrue(answer.body().contains("\"code\":\"redis-unavailable\""), answer::body);
      assertEquals("1", answer.headers().firstValue("Retry-After").orElse(""));
      assertEquals(503, send("GET", url + "/health/ready", "").statusCode());
      Awaitility.await().until(() -> errors().contains("Not ready yet"));
      EmbeddedRedis late = EmbeddedRedis.start(EmbeddedRedis.options().withPort(first.port()));
      try {
        assertEquals("aetherkeep ready on " + url, untilReady(out).get(0));
        assertEquals(200, send("GET", url + "/health/ready", "").statusCode());
      } finally {
        late.close();
      }
    } finally {
      early.destroy();
      assertTrue(early.waitFor(30, TimeUnit.SECONDS));
    }
    assertEquals(1, told("Not ready yet").size(), errors());
    assertTrue(errors().contains("(aethercast, council, content)"), errors());
  }

  @Test
  void run_saysOnceWhatARedisAnswersThatTrustsItNot() throws Exception {
    EmbeddedRedis locked = EmbeddedRedis.start(EmbeddedRedis.options());
    try (ForeignClient foreign = new ForeignClient(locked.port())) {
      foreign.send("CONFIG", "SET", "requirepass", "secret");
    }
    Process refused =
        run(Map.of("AETHERKEEP_REDIS_URL", "redis://:wrong@127.0.0.1:" + locked.port()));
    try {
      Awaitility.await().until(() -> errors().contains("Not ready yet"));
    } finally {
      refused.destroy();
      assertTrue(refused.waitFor(30, TimeUnit.SECONDS));
      locked.close();
    }
    assertEquals(1, told("Not ready yet").size(), errors());
    assertTrue(told("Not ready yet").get(0).contains("WRONGPASS"), errors());
    assertEquals(List.of(), told(" is lost"));
    assertEquals(List.of(), told("wrong@"));
  }

  private String errors() throws IOException {
    return Files.readString(data.resolve("errors"));
  }

  private List<String> told(String what) throws IOException {
    return errors().lines().filter(line -> line.contains(what)).toList();
  }
}
