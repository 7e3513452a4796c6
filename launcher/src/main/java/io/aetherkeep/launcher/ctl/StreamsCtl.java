package io.aetherkeep.launcher.ctl;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.aetherkeep.launcher.ctl.CtlOutput.Column;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The commands {@code streams list}, {@code tail} and {@code stop}. */
final class StreamsCtl {

  private static final int USUAL = 100;

  private static final List<Column> COLUMNS =
      List.of(
          Column.of("PATH", "path"),
          Column.of("BYTES", "bytes"),
          new Column("STATE", StreamsCtl::state),
          Column.of("FOLLOWERS", "followers"),
          Column.of("TYPE", "contentType"));

  private final CtlArguments arguments;
  private final NodeApi api;
  private final CtlOutput out;

  StreamsCtl(CtlArguments arguments, NodeApi api, CtlOutput out) {
    this.arguments = arguments;
    this.api = api;
    this.out = out;
  }

  void run() {
    String command = arguments.word(1, "list, tail or stop");
    switch (command) {
      case "list" -> list();
      case "tail" -> tail();
      case "stop" -> stop();
      default -> throw CtlException.misused("streams takes list, tail or stop");
    }
  }

  /** Lists the open streams of a prefix, with their followers on all nodes. */
  private void list() {
    arguments.end(3);
    String prefix = arguments.words().size() > 2 ? arguments.words().get(2) : "";
    int most = arguments.number("--limit", USUAL);
    out.table(
        COLUMNS,
        ApiPages.read(
            api,
            api.path("stats", "streams", "stored")
                + "?open=true&limit="
                + Math.min(most, 500)
                + (prefix.isEmpty() ? "" : "&prefix=" + NodeApi.encode(prefix)),
            most));
  }

  private static String state(JsonNode stream) {
    return stream.path("closed").asBoolean() ? "closed" : "open";
  }

  /** Returns the URL path of the stream; its slashes separate segments. */
  private String path() {
    arguments.end(3);
    String path = arguments.word(2, "the path of a stream");
    return api.path("streams")
        + Stream.of(path.split("/", -1))
            .map(each -> "/" + NodeApi.encode(each))
            .collect(Collectors.joining());
  }

  /** Prints the bytes of a stream until it closes; by default from the beginning. */
  private void tail() {
    String path = path();
    String from = arguments.option("--from");
    String offset = from == null ? "-1" : from;
    String query = "";
    boolean first = true;
    while (true) {
      String address = path + "?offset=" + NodeApi.encode(offset) + query;
      HttpResponse<byte[]> part =
          NodeApi.follow(first, () -> api.send("GET", address, null, Map.of()));
      first = false;
      out.raw().writeBytes(part.body());
      out.raw().flush();
      offset = part.headers().firstValue("Stream-Next-Offset").orElse(offset);
      boolean current = isTrue(part, "Stream-Up-To-Date");
      if (current && isTrue(part, "Stream-Closed")) {
        return;
      }
      query = current ? "&live=long-poll" + cursor(part) : "";
    }
  }

  private static boolean isTrue(HttpResponse<?> part, String header) {
    return part.headers().firstValue(header).filter("true"::equals).isPresent();
  }

  private static String cursor(HttpResponse<?> part) {
    return part.headers()
        .firstValue("Stream-Cursor")
        .map(cursor -> "&cursor=" + NodeApi.encode(cursor))
        .orElse("");
  }

  private void stop() {
    String path = path();
    ObjectNode body = NodeApi.JSON.createObjectNode();
    String reason = arguments.option("--reason");
    if (reason != null) {
      body.put("reason", reason);
    }
    out.confirm("This closes 1 stream and tells its producer to stop.");
    JsonNode answer = api.send("POST", path + "/stop", body);
    if (out.isJson()) {
      out.document(answer);
    } else {
      out.line("Stopped.");
    }
  }
}
