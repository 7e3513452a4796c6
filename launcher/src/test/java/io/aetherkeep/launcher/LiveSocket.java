package io.aetherkeep.launcher;

import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** Socket of a session, opened with a foreign client. */
final class LiveSocket implements WebSocket.Listener, AutoCloseable {

  private static final HttpClient CLIENT = HttpClient.newHttpClient();

  private final BlockingQueue<JsonObject> frames = new LinkedBlockingQueue<>();
  private final List<JsonObject> kept = new ArrayList<>();
  private final CompletableFuture<String> closed = new CompletableFuture<>();
  private final StringBuilder parts = new StringBuilder();
  private WebSocket socket;
  private int ids;

  static LiveSocket open(String url) throws Exception {
    return open(url, "");
  }

  static LiveSocket open(String url, String query) throws Exception {
    return open(url, "aethercast", query);
  }

  static LiveSocket open(String url, String space, String query) throws Exception {
    return open(url, space, query, new String[0]);
  }

  /** Opens a socket with headers, a name and a value each. */
  static LiveSocket with(String url, String space, String... headers) throws Exception {
    return open(url, space, "", headers);
  }

  private static LiveSocket open(String url, String space, String query, String[] headers)
      throws Exception {
    LiveSocket live = new LiveSocket();
    URI uri = URI.create(url.replace("http", "ws") + "/api/v1/" + space + "/realtime" + query);
    WebSocket.Builder builder = CLIENT.newWebSocketBuilder().subprotocols("aetherkeep.v1");
    for (int i = 0; i < headers.length; i += 2) {
      builder.header(headers[i], headers[i + 1]);
    }
    live.socket = builder.buildAsync(uri, live).get(20, TimeUnit.SECONDS);
    return live;
  }

  /** Opens a socket and sends the hello. */
  static LiveSocket of(String url, String session) throws Exception {
    LiveSocket live = open(url);
    live.ask("hello", "session", session);
    return live;
  }

  @Override
  public CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
    parts.append(data);
    if (last) {
      frames.add(new JsonObject(parts.toString()));
      parts.setLength(0);
    }
    from.request(1);
    return null;
  }

  @Override
  public CompletionStage<?> onClose(WebSocket from, int code, String reason) {
    closed.complete(code + " " + reason);
    return null;
  }

  @Override
  public void onError(WebSocket from, Throwable error) {
    closed.complete("broken");
  }

  JsonObject next() throws InterruptedException {
    return next(frame -> true);
  }

  /** Waits for the next frame of a topic; those of others are kept, for topics have no order. */
  JsonObject next(String topic) throws InterruptedException {
    return next(frame -> topic.equals(frame.getString("topic")));
  }

  /** Waits for the next value of a topic with this field. */
  JsonObject nextWith(String topic, String field, Object value) throws InterruptedException {
    for (JsonObject frame = next(topic); ; frame = next(topic)) {
      JsonObject data = frame.getJsonObject("data");
      if (data != null && value.equals(data.getValue(field))) {
        return frame;
      }
    }
  }

  private JsonObject next(Predicate<JsonObject> wanted) throws InterruptedException {
    for (JsonObject frame : kept) {
      if (wanted.test(frame)) {
        kept.remove(frame);
        return frame;
      }
    }
    for (JsonObject frame = arrived(); ; frame = arrived()) {
      if (wanted.test(frame)) {
        return frame;
      }
      kept.add(frame);
    }
  }

  private JsonObject arrived() throws InterruptedException {
    JsonObject frame = frames.poll(20, TimeUnit.SECONDS);
    if (frame == null) {
      throw new AssertionError("No frame came; closed: " + closed.getNow(null) + "; " + kept);
    }
    return frame;
  }

  void send(JsonObject frame) {
    socket.sendText(frame.encode(), true).join();
  }

  /** Sends an op, and skips pushed frames until its answer. */
  JsonObject ask(String op, Object... fields) throws InterruptedException {
    int id = ++ids;
    JsonObject frame = new JsonObject().put("op", op).put("id", id);
    for (int i = 0; i < fields.length; i += 2) {
      frame.put(String.valueOf(fields[i]), fields[i + 1]);
    }
    send(frame);
    for (JsonObject answer = arrived(); ; answer = arrived()) {
      if (answer.containsKey("re")) {
        return answer;
      }
    }
  }

  String closed() throws Exception {
    return closed.get(20, TimeUnit.SECONDS);
  }

  /** Cuts the connection without a close frame. */
  void cut() {
    socket.abort();
  }

  @Override
  public void close() {
    socket.abort();
  }
}
