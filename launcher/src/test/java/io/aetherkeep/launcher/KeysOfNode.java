package io.aetherkeep.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.aetherkeep.router.access.KeyFile;
import io.aetherkeep.router.access.identity.ApiKey;
import io.aetherkeep.testing.RedisServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** File of API keys, changed by the command. */
record KeysOfNode(Path file) {

  /** Adds a key for all spaces. */
  String add(String scopes) {
    return add(scopes, "*");
  }

  /** Adds a key for a space. */
  String add(String scopes, String space) {
    return run("keys add --name k --spaces " + space + " --scopes " + scopes)
        .lines()
        .findFirst()
        .orElseThrow();
  }

  void revoke(String key) {
    run("keys revoke " + key.split("_", -1)[1]);
  }

  /** Leaves a key only one scope. */
  void restrict(String key, String scope) throws IOException {
    KeyFile all = KeyFile.read(Files.readAllBytes(file));
    String id = key.split("_", -1)[1];
    ApiKey old = all.keys().stream().filter(one -> one.id().equals(id)).findFirst().orElseThrow();
    all.without(id)
        .with(
            new ApiKey(
                id,
                old.name(),
                old.sha256(),
                old.spaces(),
                List.of(scope),
                old.created(),
                old.expires()))
        .write(file);
  }

  /** Settings of a node with these keys, to which a test may add. */
  Map<String, String> settings(RedisServer redis) {
    Map<String, String> settings = new HashMap<>();
    settings.put("AETHERKEEP_REDIS_URL", redis.url());
    settings.put("AETHERKEEP_ACCESS_KEYS_FILE", file.toString());
    return settings;
  }

  private String run(String line) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    PrintStream said = new PrintStream(out, true, StandardCharsets.UTF_8);
    int status =
        Main.run(
            List.of(line.split(" ", -1)),
            Map.of("AETHERKEEP_ACCESS_KEYS_FILE", file.toString()),
            said,
            said,
            (settings, demo) -> {
              throw new AssertionError("nothing is to be started");
            });
    assertEquals(0, status, out::toString);
    return out.toString(StandardCharsets.UTF_8);
  }
}
