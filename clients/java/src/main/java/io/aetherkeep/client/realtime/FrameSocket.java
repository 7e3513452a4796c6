package io.aetherkeep.client.realtime;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** WebSocket of JSON frames, whose events are handled in order by one executor. */
final class FrameSocket implements WebSocket.Listener {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration CONNECT = Duration.ofSeconds(10);

  private final Executor loop;
  private final Consumer<JsonNode> frames;
  private final Consumer<CloseReason> closed;
  private final StringBuilder message = new StringBuilder();
  private @Nullable CompletableFuture<WebSocket> sent;
  private boolean over;

  private FrameSocket(Executor loop, Consumer<JsonNode> frames, Consumer<CloseReason> closed) {
    this.loop = loop;
    this.frames = frames;
    this.closed = closed;
  }

  static FrameSocket open(
      HttpClient http,
      URI url,
      Executor loop,
      Runnable opened,
      Consumer<JsonNode> frames,
      Consumer<CloseReason> closed) {
    FrameSocket socket = new FrameSocket(loop, frames, closed);
    socket.sent =
        http.newWebSocketBuilder()
            .subprotocols("aetherkeep.v1")
            .connectTimeout(CONNECT)
            .buildAsync(url, socket);
    CompletableFuture<?> unused =
        socket.sent.whenCompleteAsync(
            (ready, thrown) -> {
              if (thrown == null) {
                opened.run();
              } else {
                socket.end(new CloseReason(CloseReason.LOST, String.valueOf(thrown.getMessage())));
              }
            },
            loop);
    return socket;
  }

  /**
   * Sends a frame after earlier ones; called on the executor, as all methods except the listener's.
   */
  void send(JsonNode frame) {
    sent = Objects.requireNonNull(sent).thenCompose(it -> it.sendText(frame.toString(), true));
  }

  void sendGoodbye() {
    over = true;
    CompletableFuture<?> unused =
        Objects.requireNonNull(sent)
            .thenCompose(it -> it.sendClose(CloseReason.GOODBYE, "goodbye"))
            .whenComplete((it, thrown) -> abort());
  }

  /** Gives up a connection that does not respond. */
  void giveUp(String why) {
    abort();
    end(new CloseReason(CloseReason.LOST, why));
  }

  private void abort() {
    CompletableFuture<?> unused = Objects.requireNonNull(sent).thenAccept(WebSocket::abort);
  }

  private void end(CloseReason why) {
    if (!over) {
      over = true;
      closed.accept(why);
    }
  }

  @Override
  public @Nullable CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
    message.append(data);
    if (last) {
      String whole = message.toString();
      message.setLength(0);
      loop.execute(() -> handle(whole));
    }
    socket.request(1);
    return null;
  }

  private void handle(String text) {
    if (!over) {
      try {
        frames.accept(JSON.readTree(text));
      } catch (IOException e) {
        giveUp("no JSON");
      }
    }
  }

  @Override
  public @Nullable CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
    loop.execute(() -> end(new CloseReason(code, reason)));
    return null;
  }

  @Override
  public void onError(WebSocket socket, Throwable error) {
    loop.execute(() -> end(new CloseReason(CloseReason.LOST, String.valueOf(error.getMessage()))));
  }
}
