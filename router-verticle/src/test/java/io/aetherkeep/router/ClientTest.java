package io.aetherkeep.router;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The client script's own tests, in Node, by its own clock. */
class ClientTest {

  @Test
  void client_passesItsTests(@TempDir Path directory) throws Exception {
    assumeTrue(version() >= 20, "there is no Node 20 here to run client.test.mjs");
    Path client = copied("client.js", directory.resolve("client.mjs"));
    Path tests = copied("client.test.mjs", directory.resolve("client.test.mjs"));
    ProcessBuilder node = new ProcessBuilder("node", "--test", tests.toString());
    node.environment().put("CLIENT", client.toString());
    Process process = node.redirectErrorStream(true).start();
    String said = text(process.getInputStream());
    assertTrue(process.waitFor(60, TimeUnit.SECONDS));
    assertEquals(0, process.exitValue(), said);
    assertTrue(said.lines().anyMatch(line -> line.matches(".* pass [1-9][0-9]+")), said);
  }

  private static int version() throws Exception {
    try {
      Process process = new ProcessBuilder("node", "-p", "process.versions.node").start();
      return Integer.parseInt(text(process.getInputStream()).split("\\.", 2)[0].strip());
    } catch (IOException | NumberFormatException none) {
      return 0;
    }
  }

  private static Path copied(String resource, Path to) throws IOException {
    try (InputStream in = ClientTest.class.getResourceAsStream(resource)) {
      Files.write(to, in.readAllBytes());
      return to;
    }
  }

  private static String text(InputStream in) throws IOException {
    return new String(in.readAllBytes(), StandardCharsets.UTF_8);
  }
}
