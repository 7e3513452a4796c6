package io.aetherkeep.launcher;

import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** Connection of the Chrome DevTools Protocol, to a browser or to one of its pages. */
final class DevTools implements WebSocket.Listener, AutoCloseable {

  private static final HttpClient CLIENT = HttpClient.newHttpClient();

  private final Map<Integer, CompletableFuture<JsonObject>> answers = new ConcurrentHashMap<>();
  private final StringBuilder parts = new StringBuilder();
  private final AtomicInteger ids = new AtomicInteger();
  private final Consumer<JsonObject> events;
  private WebSocket socket;

  private DevTools(Consumer<JsonObject> events) {
    this.events = events;
  }

  /** Connects, and passes events to a consumer. */
  static DevTools open(String url, Consumer<JsonObject> events) throws Exception {
    DevTools opened = new DevTools(events);
    opened.socket =
        CLIENT.newWebSocketBuilder().buildAsync(URI.create(url), opened).get(60, TimeUnit.SECONDS);
    return opened;
  }

  @Override
  public CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
    parts.append(data);
    if (last) {
      onMessage(new JsonObject(parts.toString()));
      parts.setLength(0);
    }
    from.request(1);
    return null;
  }

  private void onMessage(JsonObject message) {
    CompletableFuture<JsonObject> answer = answers.remove(message.getInteger("id", 0));
    if (answer != null) {
      answer.complete(message);
    } else {
      events.accept(message);
    }
  }

  /** Calls a method of the protocol with parameters, a name and a value each. */
  JsonObject call(String method, Object... parameters) throws Exception {
    JsonObject params = new JsonObject();
    for (int i = 0; i < parameters.length; i += 2) {
      params.put((String) parameters[i], parameters[i + 1]);
    }
    int id = ids.incrementAndGet();
    CompletableFuture<JsonObject> answer = new CompletableFuture<>();
    answers.put(id, answer);
    JsonObject message = new JsonObject().put("id", id).put("method", method).put("params", params);
    socket.sendText(message.encode(), true).join();
    JsonObject said = answer.get(60, TimeUnit.SECONDS);
    if (!said.containsKey("result")) {
      throw new IllegalStateException(said.encode());
    }
    return said.getJsonObject("result");
  }

  @Override
  public void close() {
    socket.abort();
  }
}
