package io.aetherkeep.launcher.ctl;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.aetherkeep.launcher.ctl.CtlOutput.Column;
import java.util.List;

/** The commands {@code status list}, {@code get}, {@code watch} and {@code cancel}. */
final class StatusCtl {

  private static final int PAGE = 100;

  private static final List<Column> COLUMNS =
      List.of(
          Column.of("ID", "id"),
          Column.of("ATTEMPT", "attempt"),
          Column.of("STATUS", "document/status"),
          Column.of("UPDATED", "updatedAt"),
          Column.of("STALLED", "stalledAt"),
          Column.of("CANCEL", "cancelRequested/requestedAt"));

  private final CtlArguments arguments;
  private final NodeApi api;
  private final CtlOutput out;

  StatusCtl(CtlArguments arguments, NodeApi api, CtlOutput out) {
    this.arguments = arguments;
    this.api = api;
    this.out = out;
  }

  void run() {
    switch (arguments.word(1, "list, get, watch or cancel")) {
      case "list" -> list();
      case "get" -> out.document(api.get(path()));
      case "watch" -> new SsePrinter(api, out).print(path());
      case "cancel" -> cancel();
      default -> throw CtlException.misused("status takes list, get, watch or cancel");
    }
  }

  private void list() {
    arguments.end(3);
    int most = arguments.number("--limit", PAGE);
    String path = api.path("status", arguments.word(2, "a kind of statuses"));
    out.table(COLUMNS, ApiPages.read(api, path + "?limit=" + Math.min(most, PAGE), most));
  }

  private String path() {
    arguments.end(4);
    return api.path(
        "status", arguments.word(2, "a kind of statuses"), arguments.word(3, "the id of a status"));
  }

  private void cancel() {
    String path = path();
    ObjectNode body = NodeApi.JSON.createObjectNode();
    String reason = arguments.option("--reason");
    if (reason != null) {
      body.put("reason", reason);
    }
    if (arguments.has("--terminate")) {
      body.put("terminate", true);
    }
    out.confirm("This asks the worker of 1 status to end it.");
    JsonNode answer = api.send("POST", path + "/cancel", body);
    if (out.isJson()) {
      out.document(answer);
    } else {
      out.line(
          "Cancellation of attempt %s is requested%s."
              .formatted(
                  answer.path("attempt").asText(),
                  answer.path("changed").asBoolean(true) ? "" : ", as it was before"));
    }
  }
}
