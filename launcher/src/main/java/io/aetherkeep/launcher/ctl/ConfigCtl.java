package io.aetherkeep.launcher.ctl;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.aetherkeep.launcher.ctl.CtlOutput.Column;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** The commands {@code config list}, {@code get}, {@code versions}, {@code diff}, and so on. */
final class ConfigCtl {

  private static final String COMMANDS = "list, get, versions, diff, nodes, edit or rollback";
  private static final int PAGE = 100;

  private static final List<Column> COLUMNS =
      List.of(
          Column.of("NAME", "name"),
          Column.of("NUMBER", "number"),
          Column.of("UPDATED", "updatedAt"),
          Column.of("BY", "by"));

  private static final List<Column> VERSIONS =
      List.of(
          Column.of("NUMBER", "number"),
          Column.of("AT", "at"),
          Column.of("BY", "by"),
          new Column("CHANGES", row -> Integer.toString(row.path("diff").size())));

  private static final List<Column> CHANGES =
      List.of(
          Column.of("OP", "op"),
          Column.of("PATH", "path"),
          Column.of("FROM", "from"),
          Column.of("TO", "value"));

  private static final List<Column> NODES =
      List.of(
          Column.of("NODE", "node"),
          Column.of("WATCHERS", "watchers"),
          Column.of("THEY HAVE", "delivered"),
          Column.of("IN MEMORY", "held"));

  private final CtlArguments arguments;
  private final NodeApi api;
  private final CtlOutput out;

  ConfigCtl(CtlArguments arguments, NodeApi api, CtlOutput out) {
    this.arguments = arguments;
    this.api = api;
    this.out = out;
  }

  void run() {
    switch (arguments.word(1, COMMANDS)) {
      case "list" -> {
        arguments.end(2);
        out.table(COLUMNS, ApiPages.read(api, api.path("configs"), Integer.MAX_VALUE));
      }
      case "get" -> {
        arguments.end(3);
        out.document(api.get(path()));
      }
      case "versions" -> {
        arguments.end(3);
        out.table(VERSIONS, versions(arguments.number("--limit", PAGE)));
      }
      case "diff" -> diff();
      case "nodes" -> nodes();
      case "edit" -> edit();
      case "rollback" -> rollback();
      default -> throw CtlException.misused("config takes " + COMMANDS);
    }
  }

  /** Shows which node has which version, and which its watchers received last. */
  private void nodes() {
    arguments.end(3);
    JsonNode found = api.get(path() + "/nodes");
    String version = found.path("version").asText();
    Map<String, JsonNode> answers = new HashMap<>();
    found.path("items").forEach(row -> answers.put(row.path("node").asText(), row));
    List<JsonNode> rows = new ArrayList<>();
    for (JsonNode asked : found.path("nodes")) {
      JsonNode answer = answers.get(asked.path("id").asText());
      ObjectNode row = NodeApi.JSON.createObjectNode().put("node", asked.path("name").asText());
      if (answer == null) {
        rows.add(row.put("delivered", "no answer"));
      } else {
        rows.add(
            row.put("watchers", answer.path("watchers").asLong())
                .put("delivered", delivered(answer, version))
                .put("held", which(answer.at("/held/version"), version)));
      }
    }
    out.table(NODES, rows);
  }

  private static String delivered(JsonNode answer, String version) {
    String all =
        StreamSupport.stream(answer.path("delivered").spliterator(), false)
            .map(each -> which(each, version))
            .collect(Collectors.joining(", "));
    return all.isEmpty() ? "-" : all;
  }

  private static String which(JsonNode version, String present) {
    return version.isNull() ? "none" : version.asText().equals(present) ? "present" : "other";
  }

  private String name() {
    return arguments.word(2, "the name of a configuration");
  }

  private String path() {
    return api.path("configs", name());
  }

  private List<JsonNode> versions(int most) {
    return ApiPages.read(api, path() + "/versions?limit=" + Math.min(most, PAGE), most);
  }

  /** Shows what one version changed, the newest by default. */
  private void diff() {
    arguments.end(4);
    boolean newest = arguments.words().size() == 3;
    int number = newest ? 0 : version();
    JsonNode version =
        versions(newest ? 1 : Integer.MAX_VALUE).stream()
            .filter(each -> newest || each.path("number").asInt() == number)
            .findFirst()
            .orElseThrow(
                () -> CtlException.failed("%s has no version %d".formatted(name(), number)));
    List<JsonNode> changes = new ArrayList<>();
    version.path("diff").forEach(changes::add);
    if (!out.isJson()) {
      out.line(
          "Version %s, %s, by %s"
              .formatted(
                  version.path("number").asText(),
                  version.path("at").asText(),
                  version.path("by").asText()));
    }
    out.table(CHANGES, changes);
  }

  private int version() {
    try {
      return Integer.parseInt(arguments.word(3, "the number of a version"));
    } catch (NumberFormatException e) {
      throw CtlException.misused("A version is a number; config versions lists them");
    }
  }

  private void rollback() {
    arguments.end(4);
    int number = version();
    out.confirm("This writes version %d of %s once more.".formatted(number, name()));
    JsonNode written =
        api.send(
            "POST", path() + "/rollback", NodeApi.JSON.createObjectNode().put("version", number));
    wrote(written);
  }

  private void wrote(JsonNode written) {
    if (out.isJson()) {
      out.document(written);
    } else {
      out.line("Wrote version %s of %s.".formatted(written.path("number").asText(), name()));
    }
  }

  /**
   * Opens the configuration in an editor, and writes the result unless the stored version has
   * changed.
   */
  private void edit() {
    arguments.end(3);
    HttpResponse<byte[]> read = api.send("GET", path(), null, Map.of());
    String tag = read.headers().firstValue("ETag").orElse("");
    JsonNode before = NodeApi.parse(read.body());
    try {
      Path file = Files.createTempFile("aetherkeep-" + name().replaceAll("\\W", "-"), ".json");
      NodeApi.JSON.writerWithDefaultPrettyPrinter().writeValue(file.toFile(), before);
      open(file);
      boolean changed = write(file, before, tag);
      Files.delete(file);
      if (changed) {
        edited();
      } else {
        out.line("Nothing was changed.");
      }
    } catch (IOException e) {
      throw CtlException.failed("The file to edit cannot be used: " + e.getMessage());
    }
  }

  /** Writes the edited document; returns false if it was not changed. */
  private boolean write(Path file, JsonNode before, String tag) throws IOException {
    try {
      JsonNode after = NodeApi.JSON.readTree(Files.readAllBytes(file));
      boolean changed = !after.equals(before);
      if (changed) {
        api.send("PUT", path(), after, Map.of("If-Match", tag));
      }
      return changed;
    } catch (JsonProcessingException e) {
      throw CtlException.failed(
          "%s is not JSON: %s. It is kept".formatted(file, e.getOriginalMessage()));
    } catch (CtlException e) {
      throw CtlException.failed("%s%nYour edit is kept in %s".formatted(e.getMessage(), file));
    }
  }

  /** Reports the written version, which the answer to a PUT does not name. */
  private void edited() {
    List<JsonNode> newest;
    try {
      newest = versions(1);
    } catch (CtlException e) {
      throw CtlException.failed(
          "Wrote %s, but its version cannot be read: %s".formatted(name(), e.getMessage()));
    }
    wrote(newest.get(0));
  }

  private void open(Path file) throws IOException {
    String editor =
        Stream.of("VISUAL", "EDITOR")
            .map(name -> arguments.environment().getOrDefault(name, ""))
            .filter(command -> !command.isBlank())
            .findFirst()
            .orElse("vi");
    Process process =
        new ProcessBuilder("sh", "-c", editor + " \"$1\"", "editor", file.toString())
            .inheritIO()
            .start();
    try {
      if (process.waitFor() != 0) {
        throw CtlException.failed("%s failed; nothing was written".formatted(editor));
      }
    } catch (InterruptedException e) {
      process.destroy();
      Thread.currentThread().interrupt();
      throw CtlException.failed("interrupted");
    }
  }
}
