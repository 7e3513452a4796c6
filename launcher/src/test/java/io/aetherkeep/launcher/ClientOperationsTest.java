package io.aetherkeep.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The table of what each operation is called in each client: it is complete, and true. */
class ClientOperationsTest {

  private static final Path CLIENTS = ToolRun.repository().resolve("clients");
  private static final Pattern METHOD = Pattern.compile("`(?:([A-Za-z]+)\\.)?([A-Za-z_]+)`");
  private static final Set<String> REASONS =
      Set.of("for operators", "for browsers", "for stock clients", "a document");

  /** The cells of each operation, in the order of the clients: JavaScript, Python, Java. */
  private static Map<String, List<String>> table() throws IOException {
    Map<String, List<String>> table = new TreeMap<>();
    for (String line : Files.readAllLines(CLIENTS.resolve("OPERATIONS.md"))) {
      if (line.startsWith("| `")) {
        List<String> cells = Stream.of(line.split("\\|", -1)).map(String::strip).toList();
        table.put(cells.get(1).replace("`", ""), cells.subList(2, 5));
      }
    }
    return table;
  }

  @Test
  void everyOperation_hasItsRow() throws Exception {
    Set<String> published = new TreeSet<>();
    try (InputStream in =
        ClientOperationsTest.class.getResourceAsStream("/io/aetherkeep/router/openapi.json")) {
      JsonObject paths =
          new JsonObject(new String(in.readAllBytes(), StandardCharsets.UTF_8))
              .getJsonObject("paths");
      for (String path : paths.fieldNames()) {
        paths.getJsonObject(path).stream()
            .filter(one -> one.getValue() instanceof JsonObject)
            .map(one -> ((JsonObject) one.getValue()).getString("operationId"))
            .forEach(published::add);
      }
    }
    assertEquals(published, table().keySet());
  }

  @Test
  void everyMethod_isInItsClient() throws Exception {
    List<String> missing = new ArrayList<>();
    for (Map.Entry<String, List<String>> row : table().entrySet()) {
      for (int client = 0; client < 3; client++) {
        String cell = row.getValue().get(client);
        Matcher methods = METHOD.matcher(cell);
        boolean any = false;
        while (methods.find()) {
          any = true;
          if (!isThere(client, methods.group(1), methods.group(2))) {
            missing.add(row.getKey() + ": " + methods.group());
          }
        }
        if (!any && !REASONS.contains(cell)) {
          missing.add(row.getKey() + ": " + cell);
        }
      }
    }
    assertEquals(List.of(), missing);
  }

  private static boolean isThere(int client, String group, String method) throws IOException {
    return switch (client) {
      case 0 ->
          holds(
              "javascript/src/" + (group == null ? "index" : group) + ".js",
              "(?m)^  (?:async )?\\*?" + method + "\\(");
      case 1 ->
          python()
              .anyMatch(
                  source -> source.matches("(?s).*\\n    (?:async )?def " + method + "\\(.*"));
      default ->
          holds("java/src/main/java/io/aetherkeep/client/" + java(group), " " + method + "\\(");
    };
  }

  private static String java(String group) {
    Map<String, String> names =
        Map.of("statuses", "Status", "caches", "Cache", "playback", "Playback");
    return group.equals("Realtime")
        ? "realtime/Realtime.java"
        : names.getOrDefault(group, one(group)) + "Client.java";
  }

  /** Such as {@code Session} of {@code sessions}. */
  private static String one(String group) {
    return Character.toUpperCase(group.charAt(0)) + group.substring(1, group.length() - 1);
  }

  private static Stream<String> python() throws IOException {
    List<String> sources = new ArrayList<>();
    try (Stream<Path> files = Files.list(CLIENTS.resolve("python/src/aetherkeep/_async"))) {
      for (Path file : files.toList()) {
        if (file.toString().endsWith(".py")) {
          sources.add(Files.readString(file));
        }
      }
    }
    return sources.stream();
  }

  private static boolean holds(String file, String pattern) throws IOException {
    return Pattern.compile(pattern).matcher(Files.readString(CLIENTS.resolve(file))).find();
  }
}
