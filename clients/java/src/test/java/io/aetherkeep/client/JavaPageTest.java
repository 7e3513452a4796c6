package io.aetherkeep.client;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.aetherkeep.junit5.AetherkeepExtension;
import io.aetherkeep.junit5.AetherkeepNode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Runs the program of docs/java.md and compares its output with the page. */
@ExtendWith(AetherkeepExtension.class)
class JavaPageTest {

  private static final Pattern BLOCK = Pattern.compile("(?s)-->\n```[a-z]*\n(.*?)```");

  @Test
  void firstProgram_printsWhatThePageSays(AetherkeepNode node, @TempDir Path folder)
      throws Exception {
    Matcher blocks = BLOCK.matcher(Files.readString(Path.of("..", "..", "docs", "java.md")));
    List<String> found = blocks.results().map(block -> block.group(1)).toList();
    String program = found.get(0).replace("http://127.0.0.1:8080", node.url().toString());
    Path file = Files.writeString(folder.resolve("First.java"), program);
    Process java =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                file.toString())
            .redirectErrorStream(true)
            .start();
    String said = new String(java.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, java.waitFor(), said);
    // The order of members in a map may differ.
    assertEquals(
        new ObjectMapper().readTree(found.get(1).lines().findFirst().orElseThrow()),
        new ObjectMapper().readTree(said.lines().findFirst().orElse("")),
        said);
    assertEquals(found.get(1).lines().skip(1).toList(), said.lines().skip(1).toList());
  }
}
