package io.aetherkeep.lab;

import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.http.WebSocket;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;

/** Follows a status on a WebSocket; when it breaks, another is opened, which begins anew. */
final class SocketWatcher {

  private static final String API = "/api/v1/content/";

  private final Client client;
  private final String url;
  private final String topic;
  private final Places told = new Places();
  private final AtomicInteger connects = new AtomicInteger();
  private final Thread thread;
  private volatile boolean over;

  SocketWatcher(Client client, String url, String topic) {
    this.client = client;
    this.url = url;
    this.topic = topic;
    this.thread = new Thread(this::follow, "socket");
    thread.setDaemon(true);
    thread.start();
  }

  private void follow() {
    while (!over) {
      try {
        String session = session();
        Frames frames = new Frames();
        WebSocket socket =
            Client.HTTP
                .newWebSocketBuilder()
                .subprotocols("aetherkeep.v1")
                .buildAsync(URI.create(url.replace("http", "ws") + API + "realtime"), frames)
                .get(5, TimeUnit.SECONDS);
        connects.incrementAndGet();
        socket.sendText("{\"op\":\"hello\",\"id\":1,\"session\":\"" + session + "\"}", true).get();
        socket.sendText(frames.greeted.get(5, TimeUnit.SECONDS), true).get();
        frames.closed.get();
        socket.abort();
      } catch (ExecutionException | TimeoutException | RuntimeException e) {
        // A node that is down takes no connection: another attempt.
      } catch (InterruptedException e) {
        return;
      }
      Waiting.pass(Duration.ofMillis(100));
    }
  }

  /** A session to say hello with; without Redis there is none to be had. */
  private String session() {
    Answer opened = client.to(url, "POST", API + "sessions", "{}");
    if (opened.status() != 201) {
      throw new IllegalStateException("no session: " + opened.status());
    }
    return new JsonObject(opened.body()).getString("id");
  }

  void awaitEnd() {
    Waiting.until(Duration.ofSeconds(15), () -> over);
    over = true;
    thread.interrupt();
  }

  int reconnects() {
    return Math.max(0, connects.get() - 1);
  }

  /** The places that it was not told of, and not told that something is missing either. */
  List<String> missed(List<String> promised) {
    return told.missed(promised);
  }

  /** What comes on one connection. */
  private final class Frames implements WebSocket.Listener {

    private final CompletableFuture<Void> closed = new CompletableFuture<>();

    /** What is to be said once the hello was answered. */
    private final CompletableFuture<String> greeted = new CompletableFuture<>();

    private final StringBuilder text = new StringBuilder();

    /** On a fresh connection the first is the present one, whatever was before. */
    private boolean fresh = true;

    @Override
    public CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
      text.append(data);
      if (last) {
        frame(new JsonObject(text.toString()));
        text.setLength(0);
      }
      socket.request(1);
      return CompletableFuture.completedStage(null);
    }

    private void frame(JsonObject frame) {
      if (topic.equals(frame.getString("topic")) && frame.containsKey("data")) {
        told.add(
            frame.getString("offset"), fresh || Boolean.FALSE.equals(frame.getValue("recovered")));
        fresh = false;
        if (String.valueOf(frame.getValue("data")).contains("completed")) {
          over = true;
          closed.complete(null);
        }
      } else if (Integer.valueOf(1).equals(frame.getValue("re")) && frame.containsKey("ok")) {
        greeted.complete("{\"op\":\"watch\",\"id\":2,\"topic\":\"" + topic + "\"}");
      } else if (frame.containsKey("error")) {
        closed.complete(null);
      }
    }

    @Override
    public CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
      greeted.completeExceptionally(new IllegalStateException("closed"));
      closed.complete(null);
      return CompletableFuture.completedStage(null);
    }

    @Override
    public void onError(WebSocket socket, Throwable thrown) {
      closed.complete(null);
    }
  }
}
