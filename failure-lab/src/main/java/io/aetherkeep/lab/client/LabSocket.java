package io.aetherkeep.lab.client;

import io.aetherkeep.lab.cluster.Waiting;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.http.WebSocket;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * WebSocket to a node, on which one thread sends. Its consumer receives all frames in order,
 * answers included.
 */
public final class LabSocket implements AutoCloseable {

  /** Answer if the socket broke first. */
  static final JsonObject BROKEN = new JsonObject();

  private static final long PATIENCE_SECONDS = 20;

  private final Frames frames;
  private final WebSocket socket;
  private int asked;

  private LabSocket(Frames frames, WebSocket socket) {
    this.frames = frames;
    this.socket = socket;
  }

  /** Opens a socket; fails if the node is unreachable. */
  static LabSocket open(URI uri, Consumer<JsonObject> onMessage) {
    Frames frames = new Frames(onMessage);
    WebSocket socket =
        Client.HTTP
            .newWebSocketBuilder()
            .connectTimeout(Duration.ofSeconds(PATIENCE_SECONDS))
            .subprotocols("aetherkeep.v1")
            .buildAsync(uri, frames)
            .join();
    return new LabSocket(frames, socket);
  }

  /** Sends a frame and returns its answer. */
  JsonObject ask(JsonObject frame) {
    int id = ++asked;
    CompletableFuture<JsonObject> answer = frames.await(id);
    try {
      return socket
          .sendText(frame.copy().put("id", id).encode(), true)
          .thenCompose(sent -> answer)
          .orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS)
          .join();
    } catch (CompletionException e) {
      close();
      return BROKEN;
    }
  }

  public boolean isClosed() {
    return frames.over.isDone();
  }

  /** Whether the socket breaks within a time. */
  boolean breaksIn(Duration time) {
    return Waiting.until(time, this::isClosed);
  }

  /** Cuts the connection without a close frame, as a network failure does. */
  @Override
  public void close() {
    socket.abort();
    frames.end();
  }

  private static final class Frames implements WebSocket.Listener {

    private final Consumer<JsonObject> onMessage;
    private final Map<Integer, CompletableFuture<JsonObject>> waiting = new ConcurrentHashMap<>();
    private final CompletableFuture<Void> over = new CompletableFuture<>();
    private final StringBuilder text = new StringBuilder();

    Frames(Consumer<JsonObject> onMessage) {
      this.onMessage = onMessage;
    }

    CompletableFuture<JsonObject> await(int id) {
      CompletableFuture<JsonObject> answer = new CompletableFuture<>();
      waiting.put(id, answer);
      if (over.isDone()) {
        answer.complete(BROKEN);
      }
      return answer;
    }

    void end() {
      over.complete(null);
      waiting.values().forEach(answer -> answer.complete(BROKEN));
    }

    @Override
    public CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
      text.append(data);
      if (last) {
        JsonObject frame = new JsonObject(text.toString());
        text.setLength(0);
        if (!over.isDone()) {
          take(frame);
        }
      }
      from.request(1);
      return CompletableFuture.completedStage(null);
    }

    private void take(JsonObject frame) {
      onMessage.accept(frame);
      CompletableFuture<JsonObject> answer =
          frame.getValue("re") instanceof Integer id ? waiting.remove(id) : null;
      if (answer != null) {
        answer.complete(frame);
      }
    }

    @Override
    public CompletionStage<?> onClose(WebSocket from, int code, String reason) {
      end();
      return CompletableFuture.completedStage(null);
    }

    @Override
    public void onError(WebSocket from, Throwable thrown) {
      end();
    }
  }
}
