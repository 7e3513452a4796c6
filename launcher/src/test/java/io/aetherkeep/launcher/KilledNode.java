package io.aetherkeep.launcher;

import io.aetherkeep.testing.RedisServer;
import java.io.BufferedReader;
import java.io.IOException;
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

  void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  @Override
  public void close() throws IOException {
    process.destroyForcibly();
    out.close();
  }
}
