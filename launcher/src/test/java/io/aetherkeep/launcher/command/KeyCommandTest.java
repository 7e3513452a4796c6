package io.aetherkeep.launcher.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aetherkeep.launcher.Main;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The command {@code aetherkeep keys}: add, list, revoke. */
class KeyCommandTest {

  private static final String ADD = "keys add --name ci --spaces council --scopes read,write";

  @TempDir Path directory;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  private Path file() {
    return directory.resolve("keys.json");
  }

  private int run(String line) {
    out.reset();
    err.reset();
    return Main.run(
        List.of(line.split(" ", -1)),
        Map.of("AETHERKEEP_ACCESS_KEYS_FILE", file().toString()),
        new PrintStream(out, true, StandardCharsets.UTF_8),
        new PrintStream(err, true, StandardCharsets.UTF_8),
        (settings, demo) -> {
          throw new AssertionError("nothing is to be started");
        });
  }

  private String out() {
    return out.toString(StandardCharsets.UTF_8);
  }

  @Test
  void aKey_isShownOnce_listedAndRevoked() throws Exception {
    assertEquals(0, run(ADD + " --expires 90d"), err::toString);
    String key = out().lines().findFirst().orElseThrow();
    assertTrue(key.startsWith("aek_"), key);
    String id = key.substring(4, 14);
    assertEquals(0, run("keys list"));
    assertTrue(out().matches("(?s).*" + id + " +ci +council +read,write +20.*"), out());
    assertFalse(out().contains(key.substring(15)));
    assertFalse(Files.readString(file()).contains(key.substring(15)));
    assertEquals(0, run("keys add --name b --spaces *,content --scopes admin"), err::toString);
    assertEquals(0, run("keys revoke " + id));
    assertEquals(0, run("keys list"));
    assertFalse(out().contains(id), out());
    assertTrue(out().contains("never"), out());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "keys",
        "keys show",
        "keys add",
        "keys add --name",
        "keys add --name a --name b --spaces council --scopes read",
        "keys add --name a --spaces council",
        "keys add --name a --scopes read",
        "keys add --name a --spaces councill --scopes read",
        "keys add --name a --spaces council --scopes read,all",
        "keys add --name a --spaces council --scopes read --expires soon",
        "keys add --name a --spaces council --scopes read --expires 2020-01-01T00:00:00Z",
        "keys add --name a --spaces council --scopes read --expires 0s",
        "keys revoke",
        "keys revoke 0123456789",
      })
  void aWrongCall_changesNothing(String line) {
    assertEquals(2, run(line));
    assertTrue(err.toString(StandardCharsets.UTF_8).contains("  - "), err::toString);
    assertFalse(Files.exists(file()));
  }

  @Test
  void aFileThatIsNone_isLeftAsItIs() throws Exception {
    Files.writeString(file(), "not keys");
    assertEquals(2, run(ADD));
    assertEquals("not keys", Files.readString(file()));
  }

  @Test
  void withoutAFile_itIsSaidWhichSettingNamesIt() {
    int status =
        Main.run(
            List.of(ADD.split(" ", -1)),
            Map.of(),
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            (settings, demo) -> {});
    assertEquals(2, status);
    assertTrue(err.toString(StandardCharsets.UTF_8).contains("AETHERKEEP_ACCESS_KEYS_FILE"));
  }
}
