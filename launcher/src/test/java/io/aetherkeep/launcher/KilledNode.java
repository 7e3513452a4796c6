package io.aetherkeep.launcher;

import io.aetherkeep.testing.RedisServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** Node in a separate process, to be killed. */
final class KilledNode implements AutoCloseable {

  private final Process process;
  private final BufferedReader out;
  private final String url;

  private KilledNode(Process process, BufferedReader out) throws IOException {
    this.process = process;
    this.out = out;
    this.url = url(out);
  }

  static KilledNode start(RedisServer redis) throws IOException {
    return start(Map.of("AETHERKEEP_REDIS_URL", redis.url()));
  }

  static KilledNode start(Map<String, String> settings) throws IOException {
    ProcessBuilder builder = new ProcessBuilder(JavaCommand.program());
    builder.environment().put("AETHERKEEP_HTTP_PORT", "0");
    builder.environment().putAll(RunningNode.PATIENCE);
    builder.environment().putAll(settings);
    Process process = builder.redirectError(ProcessBuilder.Redirect.DISCARD).start();
    return new KilledNode(process, process.inputReader(StandardCharsets.UTF_8));
  }

  private static String url(BufferedReader out) throws IOException {
    for (String line = out.readLine(); line != null; line = out.readLine()) {
      if (line.startsWith("aetherkeep ready on ")) {
        return line.substring("aetherkeep ready on ".length());
      }
    }
    throw new IOException("It ended before it was ready");
  }

  String url() {
    return url;
  }

  long pid() {
    return process.pid();
  }

  /** Sends JSON; answers the body of the response. */
  String send(String method, String path, String json) throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(url + path))
            .header("Content-Type", "application/json")
            .method(method, BodyPublishers.ofString(json))
            .build();
    return HttpClient.newHttpClient().send(request, BodyHandlers.ofString()).body();
  }

  void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  @Override
  public void close() throws IOException {
    process.destroyForcibly();
    out.close();
  }
}
