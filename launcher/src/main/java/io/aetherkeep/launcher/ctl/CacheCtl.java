package io.aetherkeep.launcher.ctl;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.aetherkeep.launcher.ctl.CtlOutput.Column;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/** The commands {@code cache list}, {@code get} and {@code invalidate}. */
final class CacheCtl {

  private static final List<Column> COLUMNS =
      List.of(
          Column.of("KEYSPACE", "keyspace"),
          Column.of("ENTRIES", "entries"),
          Column.of("BYTES", "bytes"),
          Column.of("HITS", "hits"),
          Column.of("MISSES", "misses"),
          Column.percent("HIT RATIO", "hitRatio"),
          Column.of("LOAD FAILURES", "loadFailures"));

  /** Number of entries from which the node removes them in the background. */
  private static final long LONG_WORK = 1000;

  private static final Duration PAUSE = Duration.ofMillis(250);

  private final CtlArguments arguments;
  private final NodeApi api;
  private final CtlOutput out;

  CacheCtl(CtlArguments arguments, NodeApi api, CtlOutput out) {
    this.arguments = arguments;
    this.api = api;
    this.out = out;
  }

  void run() {
    switch (arguments.word(1, "list, get or invalidate")) {
      case "list" -> {
        arguments.end(2);
        out.table(COLUMNS, ApiPages.read(api, api.path("stats", "caches"), Integer.MAX_VALUE));
      }
      case "get" -> print(api.send("GET", entry(), null, Map.of()));
      case "invalidate" -> invalidate();
      default -> throw CtlException.misused("cache takes list, get or invalidate");
    }
  }

  /** Prints an entry as JSON, or as plain text if its keyspace stores texts. */
  private void print(HttpResponse<byte[]> entry) {
    String text = new String(entry.body(), StandardCharsets.UTF_8);
    if (!entry.headers().firstValue("Content-Type").orElse("").startsWith("text/")) {
      out.document(NodeApi.parse(entry.body()));
    } else if (out.isJson()) {
      out.document(TextNode.valueOf(text));
    } else {
      out.line(text);
    }
  }

  private String entry() {
    arguments.end(5);
    List<String> segments = new ArrayList<>(List.of("caches", arguments.word(2, "a keyspace")));
    segments.addAll(arguments.words().subList(3, arguments.words().size()));
    return api.path(segments.toArray(String[]::new));
  }

  /** Counts the matching entries, asks for confirmation with their number, and removes them. */
  private void invalidate() {
    ObjectNode body = target();
    JsonNode meant = api.send("POST", path(), body.deepCopy().put("dryRun", true));
    if (arguments.has("--dry-run")) {
      report("Would remove %s.", "matched", meant);
      return;
    }
    long matched = meant.path("matched").asLong();
    out.confirm("This removes %s.".formatted(entries(matched)));
    report(
        "Removed %s.",
        "removed",
        matched < LONG_WORK ? api.send("POST", path(), body) : removeInBackground(body, matched));
  }

  /** Lets the node remove many entries in the background, and shows the progress. */
  private JsonNode removeInBackground(ObjectNode body, long matched) {
    HttpResponse<byte[]> begun = api.send("POST", path(), body, Map.of("Prefer", "respond-async"));
    JsonNode work = NodeApi.parse(begun.body());
    String place = api.path("invalidations", work.path("id").asText());
    try (ProgressLine progress = new ProgressLine(out.raw())) {
      while (!work.path("state").asText().matches("done|failed")) {
        progress.show(work.path("removed").asLong(), matched);
        LockSupport.parkNanos(PAUSE.toNanos());
        work = api.get(place);
      }
    }
    if (work.path("state").asText().equals("failed")) {
      throw CtlException.failed(
          "The invalidation failed after %s: %s"
              .formatted(entries(work.path("removed").asLong()), work.path("error").asText()));
    }
    return work;
  }

  private static String entries(long number) {
    return CtlOutput.many(number, "entry", "entries");
  }

  private String path() {
    return api.path("caches", "invalidate");
  }

  private void report(String text, String field, JsonNode answer) {
    if (out.isJson()) {
      out.document(answer);
    } else {
      out.line(text.formatted(entries(answer.path(field).asLong())));
    }
  }

  private ObjectNode target() {
    ObjectNode body = NodeApi.JSON.createObjectNode();
    List<String> words = arguments.words();
    String pattern = arguments.option("--pattern");
    String tag = arguments.option("--tag");
    int ways = (pattern == null ? 0 : 1) + (tag == null ? 0 : 1) + (words.size() > 3 ? 1 : 0);
    if (ways != 1 || (tag == null && words.size() < 3)) {
      throw CtlException.misused(
          "cache invalidate takes KEYSPACE ID..., KEYSPACE --pattern PATTERN, or [KEYSPACE] --tag"
              + " TAG");
    }
    if (words.size() > 2) {
      body.put("keyspace", words.get(2));
    }
    if (pattern != null) {
      body.put("pattern", pattern);
    } else if (tag != null) {
      body.put("tag", tag);
    } else {
      ArrayNode ids = body.putArray("ids");
      words.subList(3, words.size()).forEach(ids::add);
    }
    return body;
  }
}
