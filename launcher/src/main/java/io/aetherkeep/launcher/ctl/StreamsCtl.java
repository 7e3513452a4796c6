package io.aetherkeep.launcher.ctl;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.http.HttpResponse;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The commands {@code streams tail} and {@code streams stop}. */
final class StreamsCtl {

  private final CtlArguments arguments;
  private final NodeApi api;
  private final CtlOutput out;

  StreamsCtl(CtlArguments arguments, NodeApi api, CtlOutput out) {
    this.arguments = arguments;
    this.api = api;
    this.out = out;
  }

  void run() {
    String command = arguments.word(1, "tail or stop");
    switch (command) {
      case "tail" -> tail();
      case "stop" -> stop();
      default -> throw CtlException.misused("streams takes tail or stop");
    }
  }

  /** The stream's path: its slashes separate segments of the address. */
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
