package io.aetherkeep.router;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
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

/** The JavaScript client's own tests, in Node, without a server. */
class ClientTest {

  private static final Path PACKAGE = Path.of("../clients/javascript");

  @Test
  void client_passesItsTests() throws Exception {
    assumeTrue(version() >= 20, "there is no Node 20 here to test clients/javascript");
    Process process =
        new ProcessBuilder("node", "--test", "test/realtime.test.js", "test/http.test.js")
            .directory(PACKAGE.toFile())
            .redirectErrorStream(true)
            .start();
    String said = text(process.getInputStream());
    assertTrue(process.waitFor(60, TimeUnit.SECONDS));
    assertEquals(0, process.exitValue(), said);
    assertTrue(said.lines().anyMatch(line -> line.matches(".* pass [1-9][0-9]+")), said);
  }

  @Test
  void servedClient_isThatOfThePackage() throws Exception {
    try (InputStream served = ClientTest.class.getResourceAsStream("realtime.js")) {
      assertArrayEquals(
          Files.readAllBytes(PACKAGE.resolve("src/realtime.js")), served.readAllBytes());
    }
  }

  private static int version() throws Exception {
    try {
      Process process = new ProcessBuilder("node", "-p", "process.versions.node").start();
      return Integer.parseInt(text(process.getInputStream()).split("\\.", 2)[0].strip());
    } catch (IOException | NumberFormatException none) {
      return 0;
    }
  }

  private static String text(InputStream in) throws IOException {
    return new String(in.readAllBytes(), StandardCharsets.UTF_8);
  }
}
