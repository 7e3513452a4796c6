package io.aetherkeep.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Every defence in SECURITY.md names existing tests. */
class SecurityPageTest {

  private static final Path TOP = Path.of("..");
  private static final Pattern NAMED = Pattern.compile("`([A-Za-z0-9]+Test)(?:#([A-Za-z0-9_]+))?`");

  private static List<String> promises() throws IOException {
    return Files.readAllLines(TOP.resolve("SECURITY.md")).stream()
        .filter(line -> line.startsWith("| ") && !line.startsWith("| threat"))
        .toList();
  }

  private static Map<String, Path> tests() throws IOException {
    try (Stream<Path> modules = Files.list(TOP)) {
      return modules
          .map(module -> module.resolve("src/test/java"))
          .filter(Files::isDirectory)
          .flatMap(SecurityPageTest::under)
          .filter(file -> file.toString().endsWith("Test.java"))
          .collect(
              Collectors.toMap(
                  file -> file.getFileName().toString().replace(".java", ""),
                  file -> file,
                  (one, other) -> one));
    }
  }

  private static Stream<Path> under(Path directory) {
    try (Stream<Path> files = Files.walk(directory)) {
      return files.toList().stream();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  @Test
  void promises_nameTestsThatAreThere() throws IOException {
    Map<String, Path> tests = tests();
    TreeSet<String> missing = new TreeSet<>();
    assertTrue(promises().size() > 15);
    for (String promise : promises()) {
      String holder = promise.substring(promise.lastIndexOf(" | ") + 3);
      Matcher named = NAMED.matcher(holder);
      assertTrue(named.find(), promise);
      do {
        Path file = tests.get(named.group(1));
        String method = named.group(2);
        if (file == null
            || (method != null && !Files.readString(file).contains("void " + method + "("))) {
          missing.add(named.group());
        }
      } while (named.find());
    }
    assertEquals(new TreeSet<>(), missing);
  }

  @Test
  void page_isLinkedFromThoseWhoRunIt() throws IOException {
    for (String page : List.of("README.md", "docs/operations.md", "docs/security.md")) {
      assertTrue(Files.readString(TOP.resolve(page)).contains("SECURITY.md)"), page);
    }
  }
}
