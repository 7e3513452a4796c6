package io.aetherkeep.launcher;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aetherkeep.testing.Certificate;
import io.aetherkeep.testing.ClusterLane;
import io.aetherkeep.testing.RedisExtension;
import io.aetherkeep.testing.RedisServer;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
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
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The clustered event bus of three processes, of which one has no class of ours. */
@ExtendWith(RedisExtension.class)
class EventBusClusterTest {

  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final String SECRET = "a secret of the test's cluster";
  private static final String READY = "aetherkeep ready on ";
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  private final List<Process> processes = new ArrayList<>();

  @AfterEach
  void end() {
    processes.forEach(Process::destroyForcibly);
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  private static Stream<String> classPath() {
    String own = System.getProperty("java.class.path");
    return Arrays.stream(
        System.getProperty("surefire.test.class.path", own).split(File.pathSeparator, -1));
  }

  private static boolean isOurs(String entry) {
    Path path = Path.of(entry);
    return Files.isDirectory(path) || path.getFileName().toString().startsWith("aetherkeep");
  }

  /** Starts a process; its lines are added to a list. */
  private List<String> run(ProcessBuilder builder) throws IOException {
    Process process = builder.redirectError(ProcessBuilder.Redirect.INHERIT).start();
    processes.add(process);
    List<String> lines = new CopyOnWriteArrayList<>();
    Thread reader =
        new Thread(
            () -> {
              try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
                out.lines().forEach(lines::add);
              } catch (IOException e) {
                lines.add(e.toString());
              }
            });
    reader.setDaemon(true);
    reader.start();
    return lines;
  }

  private List<String> node(Path file, Map<String, String> settings) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(
            JavaCommand.of(
                "-Xmx192m",
                "-cp",
                classPath().collect(Collectors.joining(File.pathSeparator)),
                Main.class.getName(),
                "--config",
                file.toString()));
    builder.environment().putAll(settings);
    return run(builder);
  }

  private List<String> stranger(String secret, int port, String members, Certificate certificate)
      throws IOException {
    return run(
        new ProcessBuilder(
            JavaCommand.of(
                "-Xmx192m",
                "-cp",
                classPath()
                    .filter(entry -> !isOurs(entry))
                    .collect(Collectors.joining(File.pathSeparator)),
                Path.of("src", "test", "resources", "stranger", "Stranger.java").toString(),
                secret,
                Integer.toString(port),
                members,
                certificate.chain().toString(),
                certificate.key().toString())));
  }

  private static String url(List<String> lines) {
    await().atMost(PATIENCE).until(() -> lines.stream().anyMatch(line -> line.startsWith(READY)));
    return lines.stream()
        .filter(line -> line.startsWith(READY))
        .map(line -> line.substring(READY.length()))
        .findFirst()
        .orElseThrow();
  }

  private static HttpResponse<String> get(String url) throws Exception {
    return HTTP.send(HttpRequest.newBuilder(URI.create(url)).build(), BodyHandlers.ofString());
  }

  @Test
  void nodesAndAStranger_askAndHearEachOtherOverTls(@TempDir Path folder, RedisServer server)
      throws Exception {
    Certificate certificate = Certificate.make(folder, "ip:127.0.0.1");
    List<Integer> ports = List.of(freePort(), freePort(), freePort());
    String members =
        ports.stream().map(port -> "127.0.0.1:" + port).collect(Collectors.joining(","));
    Path file = folder.resolve("aetherkeep.yaml");
    Files.writeString(file, "spaces: { content: { origins: { metrics: bus } } }");
    Map<String, String> settings = new HashMap<>();
    settings.put("AETHERKEEP_HTTP_PORT", "0");
    settings.put("AETHERKEEP_REDIS_URL", server.url());
    settings.put("AETHERKEEP_BESIDE_CLUSTER", "hazelcast");
    settings.put("AETHERKEEP_BESIDE_MEMBERS", members);
    settings.put("AETHERKEEP_BESIDE_SECRET", SECRET);
    settings.put("AETHERKEEP_BESIDE_TLS_CERTIFICATE", certificate.chain().toString());
    settings.put("AETHERKEEP_BESIDE_TLS_KEY", certificate.key().toString());
    settings.put("AETHERKEEP_BESIDE_TLS_CA", certificate.chain().toString());
    settings.putAll(ClusterLane.settings(settings));

    settings.put("AETHERKEEP_BESIDE_MEMBER_PORT", Integer.toString(ports.get(0)));
    String first = url(node(file, settings));
    settings.put("AETHERKEEP_BESIDE_MEMBER_PORT", Integer.toString(ports.get(1)));
    String second = url(node(file, settings));
    List<String> heard = stranger(SECRET, ports.get(2), members, certificate);

    await().atMost(PATIENCE).until(() -> heard.contains("members 3"));
    await().atMost(PATIENCE).until(() -> heard.contains("stats of content"));
    String metrics = "/api/v1/content/caches/metrics/api/";
    await()
        .atMost(PATIENCE)
        .until(
            () -> get(first + metrics + "2026-01-31").body(),
            "{\"of\":[\"api\",\"2026-01-31\"]}"::equals);
    await()
        .atMost(PATIENCE)
        .until(
            () -> get(second + metrics + "2026-02-01").body(),
            "{\"of\":[\"api\",\"2026-02-01\"]}"::equals);
    HTTP.send(
        HttpRequest.newBuilder(URI.create(second + "/api/v1/aethercast/sessions"))
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString("{\"id\": \"s1\"}"))
            .build(),
        BodyHandlers.ofString());
    await().atMost(PATIENCE).until(() -> heard.contains("opened s1"));

    List<String> unknowing = stranger("another secret of nobody", freePort(), members, certificate);
    await()
        .atMost(PATIENCE)
        .until(() -> unknowing.stream().anyMatch(line -> line.startsWith("members ")));
    assertTrue(unknowing.contains("members 1"), unknowing::toString);
  }

  @Test
  void theNameOfTheCluster_dependsOnTheSecretAndDoesNotShowIt() {
    assertEquals("aetherkeep", EventBusCluster.name(""));
    assertNotEquals(EventBusCluster.name("a".repeat(16)), EventBusCluster.name("b".repeat(16)));
    assertTrue(EventBusCluster.name(SECRET).matches("aetherkeep-[0-9a-f]{64}"));
  }
}
