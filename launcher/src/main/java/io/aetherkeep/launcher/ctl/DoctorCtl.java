package io.aetherkeep.launcher.ctl;

import com.fasterxml.jackson.databind.JsonNode;
import io.aetherkeep.launcher.settings.SettingsException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * The command {@code doctor}: checks the settings, this machine, the node and its Redis, and says
 * for each problem what to do.
 */
final class DoctorCtl {

  /** Recommended limit of open files: each socket takes one. */
  private static final long ENOUGH_FILES = 65_536;

  private static final long MUCH_SKEW_MILLIS = 1000;
  private static final double SLOW_MILLIS = 5;

  private final NodeApi api;
  private final CtlOutput out;
  private final Runnable settings;
  private final List<JsonNode> rows = new ArrayList<>();
  private boolean bad;

  DoctorCtl(NodeApi api, CtlOutput out, Runnable settings) {
    this.api = api;
    this.out = out;
    this.settings = settings;
  }

  void run() {
    settings();
    machine();
    try {
      node();
      api.get("/health/redis").path("spaces").forEach(this::redis);
      loaded();
    } catch (CtlException e) {
      bad("node", String.valueOf(e.getMessage()), "start the node, or name it by --url");
    }
    rows.forEach(this::print);
    if (bad) {
      throw CtlException.failed("There is something to do");
    }
  }

  private void settings() {
    try {
      settings.run();
      good("settings", "no problem");
    } catch (SettingsException e) {
      e.problems().forEach(problem -> bad("settings", problem, "correct the setting"));
    }
  }

  private void machine() {
    good("java", Runtime.version().toString());
    long files = openFiles();
    if (files > 0 && files < ENOUGH_FILES) {
      weak(
          "open files",
          files + " a process",
          "allow 65536 or more: LimitNOFILE= of the unit, or ulimit -n");
    } else {
      good("open files", files == 0 ? "unknown here" : files + " a process");
    }
  }

  /** Returns the hard limit of open files of this process on Linux; 0 if it is unknown. */
  private static long openFiles() {
    try (Stream<String> limits = Files.lines(Path.of("/proc/self/limits"))) {
      return limits
          .filter(line -> line.startsWith("Max open files"))
          .map(line -> line.split("\\s{2,}", -1)[2])
          .mapToLong(hard -> hard.equals("unlimited") ? Long.MAX_VALUE : Long.parseLong(hard))
          .findFirst()
          .orElse(0);
    } catch (IOException e) {
      return 0;
    }
  }

  private void node() {
    JsonNode live = api.get("/health/live");
    good("node", api.url() + " is " + live.path("status").asText().toLowerCase(Locale.ROOT));
    try {
      api.get("/health/ready");
      good("ready", "it can serve");
    } catch (CtlException e) {
      bad("ready", String.valueOf(e.getMessage()), "see /health/ready?verbose, and the rows below");
    }
  }

  /**
   * Checks the settings of the running node, which only an administrator of all spaces may read.
   */
  private void loaded() {
    JsonNode state;
    try {
      state = api.get("/health/settings");
    } catch (CtlException e) {
      weak("node settings", String.valueOf(e.getMessage()), "use a key with admin of all spaces");
      return;
    }
    good("node settings", "loaded at " + state.path("loadedAt").asText());
    state
        .path("waiting")
        .forEach(path -> weak("node settings", path.asText() + " has changed", "restart the node"));
    state
        .path("problems")
        .forEach(problem -> bad("node settings", problem.asText(), "correct the setting"));
  }

  private void redis(JsonNode state) {
    String name = "redis " + state.path("space").asText();
    if (!state.path("status").asText().equals("UP")) {
      bad(name, state.path("reason").asText("down"), "start it, or correct redis.url");
      return;
    }
    good(name, state.path("address").asText() + ", Redis " + state.at("/server/version").asText());
    long skew = state.path("clockSkewMs").asLong();
    if (Math.abs(skew) > MUCH_SKEW_MILLIS) {
      weak(
          name + " clock",
          skew + " ms apart from this node's",
          "run chrony or NTP on both machines");
    }
    double median = state.at("/latency/p50").asDouble();
    if (median > SLOW_MILLIS) {
      weak(
          name + " latency",
          Math.round(median * 10) / 10.0 + " ms at the median",
          "see SLOWLOG GET, and the network between");
    }
    state
        .path("warnings")
        .forEach(warning -> weak(name, warning.asText(), "see docs/operations.md"));
  }

  private void good(String check, String found) {
    row("ok", check, found, "");
  }

  /** Adds a warning: this works now, but may fail under load or after an outage. */
  private void weak(String check, String found, String todo) {
    row("warn", check, found, todo);
  }

  private void bad(String check, String found, String todo) {
    bad = true;
    row("bad", check, found, todo);
  }

  private void row(String state, String check, String found, String todo) {
    rows.add(
        NodeApi.JSON
            .createObjectNode()
            .put("state", state)
            .put("check", check)
            .put("found", found)
            .put("todo", todo));
  }

  private void print(JsonNode row) {
    if (out.isJson()) {
      out.document(row);
      return;
    }
    out.line(
        "%-5s %s: %s"
            .formatted(
                row.path("state").asText(),
                row.path("check").asText(),
                row.path("found").asText()));
    if (!row.path("todo").asText().isEmpty()) {
      out.line("      -> " + row.path("todo").asText());
    }
  }
}
