package io.aetherkeep.launcher.ctl;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.aetherkeep.launcher.ctl.CtlOutput.Column;
import io.aetherkeep.launcher.settings.SettingsReader;
import java.time.Duration;
import java.util.List;

/** The commands {@code providers list}, {@code disable} and {@code enable}. */
final class ProvidersCtl {

  static final List<Column> COLUMNS =
      List.of(
          Column.of("PROVIDER", "providerId"),
          Column.of("STATUS", "status"),
          Column.percent("SUCCESS", "successRate"),
          Column.of("p50 ms", "p50Latency"),
          Column.of("p95 ms", "p95Latency"),
          Column.of("REQUESTS", "requests"),
          Column.of("UNTIL", "until"),
          Column.of("REASON", "reason"));

  private final CtlArguments arguments;
  private final NodeApi api;
  private final CtlOutput out;

  ProvidersCtl(CtlArguments arguments, NodeApi api, CtlOutput out) {
    this.arguments = arguments;
    this.api = api;
    this.out = out;
  }

  void run() {
    switch (arguments.words().size() < 2 ? "list" : arguments.words().get(1)) {
      case "list" -> list();
      case "disable" -> disable();
      case "enable" -> {
        String id = id();
        out.confirm("This puts provider %s back into use.".formatted(id));
        done(api.send("POST", api.path("providers", id, "enable"), null));
      }
      default -> throw CtlException.misused("providers takes list, disable or enable");
    }
  }

  private void list() {
    arguments.end(2);
    String group = arguments.option("--group");
    String query = group == null ? "" : "?group=" + NodeApi.encode(group);
    out.table(
        COLUMNS, ApiPages.read(api, api.path("providers", "health") + query, Integer.MAX_VALUE));
  }

  private String id() {
    arguments.end(3);
    return arguments.word(2, "the id of a provider");
  }

  private void disable() {
    String id = id();
    ObjectNode body = NodeApi.JSON.createObjectNode();
    String reason = arguments.option("--reason");
    if (reason != null) {
      body.put("reason", reason);
    }
    String length = arguments.option("--for");
    if (length != null) {
      Duration time = SettingsReader.duration(length);
      if (time == null) {
        throw CtlException.misused("--for is a duration like 10m");
      }
      body.put("forSeconds", time.toSeconds());
    }
    out.confirm(
        "This takes provider %s out of use%s."
            .formatted(id, length == null ? " until it is enabled" : " for " + length));
    done(api.send("POST", api.path("providers", id, "disable"), body));
  }

  private void done(JsonNode provider) {
    out.table(COLUMNS, List.of(provider));
  }
}
