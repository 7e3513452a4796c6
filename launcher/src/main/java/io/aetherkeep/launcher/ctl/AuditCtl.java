package io.aetherkeep.launcher.ctl;

import com.fasterxml.jackson.databind.JsonNode;
import io.aetherkeep.launcher.ctl.CtlOutput.Column;
import java.util.ArrayList;
import java.util.List;

/** The commands {@code keys} and {@code audit}: who used which API key, and who changed what. */
final class AuditCtl {

  private static final int PAGE = 100;

  private static final List<Column> KEYS =
      List.of(
          Column.of("NAME", "name"),
          Column.of("ID", "id"),
          new Column("SCOPES", row -> words(row.path("scopes"))),
          Column.of("EXPIRES", "expiresAt"),
          Column.of("LAST USED", "lastUsedAt"),
          Column.of("BY", "operation"),
          Column.of("USES", "uses"));

  private static final List<Column> OPERATIONS =
      List.of(
          Column.of("AT", "at"),
          Column.of("BY", "by"),
          new Column("DID", row -> row.path("operation").asText().split(" ", 2)[0]),
          Column.of("WHAT", "path"),
          Column.of("STATUS", "status"));

  private final CtlArguments arguments;
  private final NodeApi api;
  private final CtlOutput out;

  AuditCtl(CtlArguments arguments, NodeApi api, CtlOutput out) {
    this.arguments = arguments;
    this.api = api;
    this.out = out;
  }

  private static String words(JsonNode texts) {
    List<String> words = new ArrayList<>();
    texts.forEach(text -> words.add(text.asText()));
    return String.join(",", words);
  }

  void keys() {
    arguments.end(1);
    out.table(KEYS, ApiPages.read(api, api.path("keys"), Integer.MAX_VALUE));
  }

  void operations() {
    arguments.end(1);
    int most = arguments.number("--limit", PAGE);
    String path = api.path("audit") + "?limit=" + Math.min(most, PAGE);
    out.table(OPERATIONS, ApiPages.read(api, path, most));
  }
}
