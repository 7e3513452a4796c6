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
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The command {@code tail}: prints the events of a space, or the updates of topics, one a line,
 * over an observer's WebSocket.
 */
final class TailCtl {

  private static final String EVENTS = "events/";
  private static final Duration PAUSE = Duration.ofSeconds(1);

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
    Set<String> topics = topics();
    boolean first = true;
    while (!Thread.currentThread().isInterrupted()) {
      Socket socket = new Socket(topics);
      try {
        NodeApi.follow(first, socket::open).get();
        first = false;
        out.line("-- lost: " + socket.closed.get() + "; opening another socket");
      } catch (ExecutionException e) {
        if (e.getCause() instanceof CtlException refused) {
          throw refused;
        }
        throw CtlException.failed("The socket cannot be opened: " + e.getCause());
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
    private final Set<String> topics;

    Socket(Set<String> topics) {
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
      var unused = socket.sendText("{\"op\":\"hello\",\"id\":1}", true);
      socket.request(1);
    }

    /** Watches the topics once the server has answered the hello, which must come first. */
    private void watch(WebSocket socket) {
      CompletableFuture<WebSocket> sent = CompletableFuture.completedFuture(socket);
      int id = 2;
      for (String topic : topics) {
        ObjectNode watch = NodeApi.JSON.createObjectNode();
        String frame = watch.put("op", "watch").put("id", id++).put("topic", topic).toString();
        sent = sent.thenCompose(done -> socket.sendText(frame, true));
      }
    }

    @Override
    public @Nullable CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
      text.append(data);
      if (last) {
        JsonNode frame = NodeApi.parse(text.toString().getBytes(StandardCharsets.UTF_8));
        text.setLength(0);
        if (frame.path("re").asInt() == 1 && frame.has("ok")) {
          watch(socket);
        } else {
          print(frame);
        }
      }
      socket.request(1);
      return null;
    }

    private void print(JsonNode frame) {
      if (frame.has("error")) {
        refused(frame.path("error"));
      } else if (frame.has("topic")) {
        out.line(out.isJson() ? frame.toString() : line(frame));
      }
      out.raw().flush();
    }

    /** Ends the command, unless the error may be temporary. */
    private void refused(JsonNode error) {
      String reason = error.path("detail").asText(error.toString());
      if (error.path("retry").asBoolean()) {
        out.line("-- refused: " + reason);
      } else {
        closed.completeExceptionally(
            CtlException.failed(reason + " (" + error.path("code").asText() + ")"));
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
