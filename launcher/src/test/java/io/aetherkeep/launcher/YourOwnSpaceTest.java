package io.aetherkeep.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aetherkeep.launcher.settings.Settings;
import io.aetherkeep.launcher.settings.SettingsSource;
import io.aetherkeep.testing.DocPage;
import io.aetherkeep.testing.RedisExtension;
import io.aetherkeep.testing.RedisServer;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The walkthrough to a space of one's own works. */
@ExtendWith(RedisExtension.class)
class YourOwnSpaceTest {

  private static final String FILE = "library.yaml";

  private final DocPage page = DocPage.named("your-own-space");

  @TempDir Path directory;

  private Path init() {
    Path file = directory.resolve(FILE);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    String command = page.block("A test runs these commands.").strip();
    List<String> words = List.of(command.replace(FILE, file.toString()).split(" ", -1));
    assertEquals("./aetherkeep", words.get(0));
    int status =
        Main.run(
            words.subList(1, words.size()),
            Map.of(),
            new PrintStream(out, true, StandardCharsets.UTF_8),
            System.err,
            (settings, demo) -> {});
    assertEquals(0, status);
    assertTrue(out.toString(StandardCharsets.UTF_8).contains("--config " + file));
    return file;
  }

  @Test
  void init_writesAConfigurationThatIsSound() throws Exception {
    Path file = init();
    Settings settings = Settings.of(SettingsSource.of(file, Map.of()));
    assertEquals(
        List.of("library"), settings.spaces().stream().map(s -> s.space().name()).toList());
    assertEquals(
        List.of("item", "item-page"),
        settings.spaces().get(0).space().caches().own().stream().map(k -> k.name()).toList());
    assertEquals(List.of(), settings.warnings());
    // Lines that are commented out are valid too.
    String all = Files.readString(file).replaceAll("(?m)^    # (ttl: \\{)", "    $1");
    Settings.of(SettingsSource.of(Files.writeString(file, all), Map.of()));
    assertTrue(all.contains("\n    ttl: {"), all);
  }

  @Test
  void theLibrary_isServedAsThePageSays(RedisServer redis) throws Exception {
    Path file =
        Files.writeString(
            directory.resolve(FILE), page.block("A test starts a node with this file."));
    Map<String, String> environment =
        Map.of("AETHERKEEP_REDIS_URL", redis.url(), "AETHERKEEP_HTTP_PORT", "0");
    try (RunningNode node = RunningNode.start(file, environment)) {
      String said =
          Pasted.sh(page.block("A test runs this block on that node."), node.url(), Map.of());
      Pasted.assertSaid(page.block("A test looks for this in the answers.").lines().toList(), said);
    }
  }

  @Test
  void theProblems_areThoseOfThePage() {
    Configured configured = new Configured(directory);
    List<String> problems =
        configured.problems(page.block("A test starts no node with this file."), Map.of());
    assertEquals(
        page.block("A test holds this.").lines().toList(),
        problems.stream().map(problem -> problem.replace("my.yaml", FILE)).toList());
  }
}
