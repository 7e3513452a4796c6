package io.aetherkeep.client;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Bulk read by ids, in batches that a node accepts. */
final class BulkRead {

  private static final int MOST_IDS = 100;

  /** Leaves room for the path of the space within a node's {@code http.max-uri-length}. */
  private static final int LONGEST_PATH = 3500;

  private BulkRead() {}

  private record Batch(
      Map<String, JsonNode> found,
      @Nullable List<String> omitted,
      @Nullable List<String> unavailable) {}

  /** Returns the found values by id; fails if one stays unavailable. */
  static Map<String, JsonNode> all(HttpSender sender, HttpCall call, Collection<String> ids) {
    Map<String, JsonNode> all = new HashMap<>();
    Deque<String> rest = new ArrayDeque<>(ids);
    while (!rest.isEmpty()) {
      HttpCall next = call.query("id", rest.remove());
      int count = 1;
      while (count < MOST_IDS && !rest.isEmpty()) {
        HttpCall longer = next.query("id", rest.element());
        if (longer.path().length() > LONGEST_PATH) {
          break;
        }
        next = longer;
        rest.remove();
        count++;
      }
      Batch batch = WireJson.read(sender.send(next), Batch.class);
      all.putAll(batch.found());
      // A value that is omitted although it is alone would be omitted again.
      if (batch.omitted() != null && batch.omitted().size() < count) {
        rest.addAll(batch.omitted());
      }
      // A request with unavailable ids alone fails.
      if (batch.unavailable() != null) {
        rest.addAll(batch.unavailable());
      }
    }
    return all;
  }
}
