package io.aetherkeep.launcher.ctl;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URI;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The command {@code tail}: prints the events of a space, or the updates of topics, one a line,
 * over an observer's WebSocket.
 */
final class TailCtl {

  private static final String EVENTS = "events/";
  private static final Duration PAUSE = Duration.ofSeconds(1);

  /** Ids of the first frames, which their answers repeat; one more for each further topic. */
  private static final int HELLO = 1;

  private static final int FIRST_WATCH = 2;

  private final CtlArguments arguments;
  private final NodeApi api;
  private final CtlOutput out;

  TailCtl(CtlArguments arguments, NodeApi api, CtlOutput out) {
    this.arguments = arguments;
    this.api = api;
    this.out = out;
  }

  /** Prints until the program is stopped; reconnects when the socket is lost. */
  void run() {
    List<String> topics = List.copyOf(topics());
    boolean first = true;
    while (!Thread.currentThread().isInterrupted()) {
      Socket socket = new Socket(topics);
      try {
        WebSocket open = NodeApi.follow(first, socket::open).get();
        first = false;
        out.line("-- lost: " + socket.closed.get() + "; opening another socket");
        open.abort();
      } catch (ExecutionException e) {
        if (e.getCause() instanceof CtlException refused) {
          throw refused;
        }
        if (first) {
          throw CtlException.failed("The socket cannot be opened: " + e.getCause());
        }
        out.line("-- the socket cannot be opened: " + e.getCause() + "; trying again");
      } catch (InterruptedException e) {
        return;
      }
      LockSupport.parkNanos(PAUSE.toNanos());
    }
  }

  /** Returns the named topics; without any, the events of the space. */
  private Set<String> topics() {
    Set<String> topics =
        new LinkedHashSet<>(arguments.words().subList(1, arguments.words().size()));
    String types = arguments.option("--type");
    if (types != null || topics.isEmpty()) {
      topics.add(EVENTS + (types == null ? "*" : types));
    }
    return topics;
  }

  /** One socket that watches the topics. */
  private final class Socket implements WebSocket.Listener {
    private final CompletableFuture<String> closed = new CompletableFuture<>();
    private final StringBuilder text = new StringBuilder();
    private final List<String> topics;

    /** Completes when the last frame is sent; the client takes one at a time. */
    private CompletableFuture<?> sent = CompletableFuture.completedFuture(null);

    Socket(List<String> topics) {
      this.topics = topics;
    }

    CompletableFuture<WebSocket> open() {
      String ticket =
          api.send("POST", api.path("realtime", "ticket"), null).path("ticket").asText();
      return api.client()
          .newWebSocketBuilder()
          .subprotocols("aetherkeep.v1")
          .buildAsync(
              URI.create(
                  api.url().replaceFirst("^http", "ws")
                      + api.path("realtime")
                      + "?ticket="
                      + NodeApi.encode(ticket)),
              this);
    }

    @Override
    public void onOpen(WebSocket socket) {
      send(socket, "{\"op\":\"hello\",\"id\":1}");
      socket.request(1);
    }

    private synchronized void send(WebSocket socket, String frame) {
      sent = sent.thenCompose(done -> socket.sendText(frame, true));
    }

    /** Watches the topic that belongs to an id. */
    private void watch(WebSocket socket, int id) {
      ObjectNode watch = NodeApi.JSON.createObjectNode();
      String topic = topics.get(id - FIRST_WATCH);
      send(socket, watch.put("op", "watch").put("id", id).put("topic", topic).toString());
    }

    @Override
    public @Nullable CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
      text.append(data);
      if (last) {
        JsonNode frame = NodeApi.parse(text.toString().getBytes(StandardCharsets.UTF_8));
        text.setLength(0);
        int id = frame.path("re").asInt();
        if (id == HELLO && frame.has("ok")) {
          for (int i = 0; i < topics.size(); i++) {
            watch(socket, FIRST_WATCH + i);
          }
        } else if (frame.has("error")) {
          refused(socket, id, frame.path("error"));
        } else {
          print(frame);
        }
        out.raw().flush();
      }
      socket.request(1);
      return null;
    }

    private void print(JsonNode frame) {
      if (frame.has("topic")) {
        out.line(out.isJson() ? frame.toString() : line(frame));
      }
    }

    /** Watches again after a temporary error; any other error ends the command. */
    private void refused(WebSocket socket, int id, JsonNode error) {
      String reason = error.path("detail").asText(error.toString());
      if (!error.path("retry").asBoolean()) {
        closed.completeExceptionally(
            CtlException.failed(reason + " (" + error.path("code").asText() + ")"));
      } else if (id < FIRST_WATCH) {
        closed.complete("refused: " + reason);
      } else {
        out.line("-- refused: " + reason + "; watching again");
        CompletableFuture.delayedExecutor(PAUSE.toMillis(), TimeUnit.MILLISECONDS)
            .execute(() -> watch(socket, id));
      }
    }

    private static String line(JsonNode frame) {
      String topic = frame.path("topic").asText();
      JsonNode data = frame.path("data");
      if (topic.startsWith(EVENTS) && data.isNull()) {
        return "-- events may be lost here";
      }
      boolean isEvent = topic.startsWith(EVENTS);
      return "%s %s %s"
          .formatted(
              LocalTime.now(ZoneId.systemDefault()).truncatedTo(ChronoUnit.MILLIS),
              isEvent ? data.path("type").asText() : topic,
              isEvent ? data.path("data") : data);
    }

    @Override
    public @Nullable CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
      closed.complete(code + " " + reason);
      return null;
    }

    @Override
    public void onError(WebSocket socket, Throwable error) {
      closed.complete(String.valueOf(error.getMessage()));
    }
  }
}
