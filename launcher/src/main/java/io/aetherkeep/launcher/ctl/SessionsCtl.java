package io.aetherkeep.launcher.ctl;

import com.fasterxml.jackson.databind.JsonNode;
import io.aetherkeep.launcher.ctl.CtlOutput.Column;
import java.util.List;

/** The commands {@code sessions list}, {@code get} and {@code end}. */
final class SessionsCtl {

  private static final int PAGE = 100;

  private static final List<Column> COLUMNS =
      List.of(
          Column.of("ID", "id"),
          Column.of("USER", "userId"),
          Column.of("CREATED", "createdAt"),
          Column.of("ACTIVE", "lastActivityAt"),
          Column.of("TTL s", "ttlSeconds"));

  private final CtlArguments arguments;
  private final NodeApi api;
  private final CtlOutput out;

  SessionsCtl(CtlArguments arguments, NodeApi api, CtlOutput out) {
    this.arguments = arguments;
    this.api = api;
    this.out = out;
  }

  void run() {
    switch (arguments.word(1, "list, get or end")) {
      case "list" -> {
        arguments.end(2);
        out.table(COLUMNS, rows(arguments.number("--limit", PAGE)));
      }
      case "get" -> {
        String id = id();
        out.document(api.get(api.path("sessions", id) + "?touch=false"));
      }
      case "end" -> end();
      default -> throw CtlException.misused("sessions takes list, get or end");
    }
  }

  private String id() {
    arguments.end(3);
    return arguments.word(2, "the id of a session");
  }

  private String path() {
    String user = arguments.option("--user");
    return user == null ? api.path("sessions") : api.path("users", user, "sessions");
  }

  private List<JsonNode> rows(int most) {
    return ApiPages.read(api, path() + "?limit=" + Math.min(most, PAGE), most);
  }

  private void end() {
    String user = arguments.option("--user");
    if (user == null) {
      String id = id();
      JsonNode session = api.get(api.path("sessions", id) + "?touch=false");
      out.confirm(
          "This ends one session of user %s.".formatted(CtlOutput.text(session.path("userId"))));
      api.send("DELETE", api.path("sessions", id), null);
      out.line("Ended 1 session.");
      return;
    }
    arguments.end(2);
    int live = rows(Integer.MAX_VALUE).size();
    out.confirm(
        "This ends %s of user %s.".formatted(CtlOutput.many(live, "session", "sessions"), user));
    JsonNode ended = api.send("DELETE", path(), null);
    out.line(
        "Ended %s%s."
            .formatted(
                CtlOutput.many(ended.path("ended").asLong(), "session", "sessions"),
                ended.path("searching").asBoolean()
                    ? "; the search for those that other services wrote goes on"
                    : ""));
  }
}
