package io.aetherkeep.launcher.ctl;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/** Reader of lists that the API answers in pages. */
final class ApiPages {

  private ApiPages() {}

  /**
   * Reads pages until there are enough rows or no more pages.
   *
   * @param path path of the first page
   */
  static List<JsonNode> read(NodeApi api, String path, int most) {
    List<JsonNode> rows = new ArrayList<>();
    String cursor = "";
    do {
      JsonNode page =
          api.get(cursor.isEmpty() ? path : path + mark(path) + "cursor=" + NodeApi.encode(cursor));
      page.path("items").forEach(rows::add);
      cursor = page.path("next").asText("");
    } while (!cursor.isEmpty() && !cursor.equals("null") && rows.size() < most);
    return rows.size() > most ? rows.subList(0, most) : rows;
  }

  private static String mark(String path) {
    return path.contains("?") ? "&" : "?";
  }
}
