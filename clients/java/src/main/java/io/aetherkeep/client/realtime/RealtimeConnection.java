package io.aetherkeep.client.realtime;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.aetherkeep.client.AetherkeepClient;
import io.aetherkeep.client.ClientOptions;
import io.aetherkeep.client.ProblemException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Reconnecting connection of a {@link Realtime}: gets a ticket, dials, sends hello, and dials again
 * with jittered backoff. Used by its own thread, except where a method says otherwise.
 */
final class RealtimeConnection {

  private static final String HELLO = "hello";

  private final HttpClient http;
  private final ClientOptions options;
  private final Supplier<String> ticket;
  private final ScheduledExecutorService loop = loop();
  private final PendingOps ops = new PendingOps();
  private final TopicSubscriptions topics = new TopicSubscriptions(this);
  private final CompletableFuture<CloseReason> closed = new CompletableFuture<>();
  private final Heartbeat heartbeat =
      new Heartbeat(loop, System::nanoTime, this::ping, this::giveUp);

  private @Nullable FrameSocket socket;
  private @Nullable String epoch;
  private boolean open;
  private int attempt;

  RealtimeConnection(AetherkeepClient client, Supplier<String> ticket) {
    this.http = client.http();
    this.options = client.options();
    this.ticket = ticket;
  }

  /** Delayed work, such as a reconnect, ends with the connection. */
  private static ScheduledExecutorService loop() {
    ScheduledThreadPoolExecutor loop =
        new ScheduledThreadPoolExecutor(1, RealtimeConnection::thread);
    loop.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    return loop;
  }

  private static Thread thread(Runnable work) {
    Thread thread = new Thread(work, "aetherkeep-realtime");
    thread.setDaemon(true);
    return thread;
  }

  static ObjectNode frame(String op) {
    return JsonNodeFactory.instance.objectNode().put("op", op);
  }

  /** Begins to connect; for any thread. */
  void start() {
    loop.execute(this::fetchTicket);
  }

  /** The subscriptions to topics over this connection. */
  TopicSubscriptions topics() {
    return topics;
  }

  /** Completes when the connection is closed permanently; for any thread. */
  CompletableFuture<CloseReason> closed() {
    return closed;
  }

  /** Closes the connection permanently; for any thread. */
  void close() {
    onLoop(
        () -> {
          if (socket != null) {
            socket.sendGoodbye();
          }
          end(new CloseReason(CloseReason.GOODBYE, "goodbye"), "The WebSocket was closed");
        });
  }

  /** Runs work on the thread of the connection; for any thread. */
  void onLoop(Runnable work) {
    try {
      loop.execute(work);
    } catch (RejectedExecutionException e) {
      // Closed permanently: all watches end.
    }
  }

  /** Runs work on the thread of the connection after a delay. */
  void schedule(Runnable work, Duration delay) {
    Future<?> unused = loop.schedule(work, delay.toMillis(), TimeUnit.MILLISECONDS);
  }

  /**
   * Sends an operation now, or after the next connect; fails after the client's deadline. For any
   * thread.
   */
  CompletableFuture<JsonNode> ask(ObjectNode frame) {
    CompletableFuture<JsonNode> answer = new CompletableFuture<>();
    CompletableFuture<?> unused =
        answer.orTimeout(options.deadline().toMillis(), TimeUnit.MILLISECONDS);
    onLoop(
        () -> {
          if (socket != null && open) {
            socket.send(ops.sending(frame, answer));
          } else {
            ops.keep(frame, answer);
          }
        });
    if (closed.isDone()) {
      answer.completeExceptionally(new IllegalStateException("The WebSocket was closed"));
    }
    return answer;
  }

  /** Sends a frame whose answer is ignored, if there is a socket. */
  void send(ObjectNode frame) {
    if (socket != null) {
      socket.send(frame);
    }
  }

  /** Whether the node has answered hello on the present socket. */
  boolean isOpen() {
    return open;
  }

  /** The present socket, which a reconnect replaces; null while there is none. */
  @Nullable FrameSocket socket() {
    return socket;
  }

  private void fetchTicket() {
    CompletableFuture<?> unused =
        CompletableFuture.supplyAsync(ticket).whenCompleteAsync(this::dial, loop);
  }

  private void dial(@Nullable String fresh, @Nullable Throwable thrown) {
    if (closed.isDone()) {
      return;
    }
    if (thrown != null || fresh == null) {
      Throwable cause = thrown == null || thrown.getCause() == null ? thrown : thrown.getCause();
      boolean refused = cause instanceof ProblemException problem && !problem.retry();
      String why = String.valueOf(cause == null ? "no ticket" : cause.getMessage());
      lost(new CloseReason(refused ? CloseReason.REFUSED : CloseReason.LOST, why), asked(cause));
      return;
    }
    heartbeat.hear();
    socket = FrameSocket.open(http, url(fresh), loop, this::hello, this::receive, this::lost);
    heartbeat.start(options.deadline());
  }

  /** The delay that the node asks for. */
  private static Duration asked(@Nullable Throwable cause) {
    Duration asked = cause instanceof ProblemException problem ? problem.retryAfter() : null;
    return asked == null ? Duration.ZERO : asked;
  }

  private URI url(String fresh) {
    String node = options.node().toString().replaceFirst("^http", "ws");
    return URI.create(
        (node.endsWith("/") ? node : node + "/")
            + "api/v1/"
            + options.space()
            + "/realtime?ticket="
            + URLEncoder.encode(fresh, StandardCharsets.UTF_8));
  }

  private void hello() {
    ObjectNode hello = frame(HELLO).put("id", HELLO);
    topics.resume(hello, epoch);
    send(hello);
  }

  private void receive(JsonNode frame) {
    heartbeat.hear();
    if (frame.path("re").asText().equals(HELLO)) {
      welcome(frame);
    } else if (frame.has("re")) {
      ops.settle(frame);
    } else if (frame.has("topic")) {
      topics.give(TopicUpdate.ofFrame(frame));
    }
  }

  /** Handles the answer to hello. The node may leave a connection open whose hello it refused. */
  private void welcome(JsonNode frame) {
    if (frame.has("error")) {
      refused(frame.path("error"));
      return;
    }
    JsonNode ok = frame.path("ok");
    epoch = ok.path("epoch").asText(null);
    open = true;
    attempt = 0;
    heartbeat.start(Duration.ofSeconds(ok.path("heartbeatSeconds").asLong(25)));
    topics.opened(ok.path("failed"));
    ops.release().forEach(this::send);
  }

  private void refused(JsonNode error) {
    boolean retry = error.path("retry").asBoolean();
    String code = error.path("code").asText();
    if (!retry) {
      boolean unknown = code.equals("session-unknown") || code.equals("ticket-unknown");
      ops.fail(ProblemException.ofFrame(error));
      end(
          new CloseReason(unknown ? CloseReason.UNKNOWN : CloseReason.REFUSED, code),
          "The node refused the hello: " + code);
    }
    if (socket != null) {
      socket.giveUp("hello refused");
    }
  }

  private void ping() {
    if (open) {
      send(frame("ping"));
    }
  }

  private void giveUp() {
    if (socket != null) {
      socket.giveUp("no heartbeat");
    }
  }

  private void lost(CloseReason why) {
    lost(why, Duration.ZERO);
  }

  private void lost(CloseReason why, Duration asked) {
    open = false;
    socket = null;
    heartbeat.stop();
    if (closed.isDone()) {
      return;
    }
    Optional<Duration> after = why.reconnectDelay(attempt);
    if (after.isEmpty()) {
      end(why, "The WebSocket was closed: " + why.reason());
    } else {
      attempt++;
      ops.lose(new IllegalStateException("The connection was lost: " + why.reason()));
      // Clients that were refused together must not come back together.
      schedule(this::fetchTicket, asked.plus(after.get()));
    }
  }

  private void end(CloseReason why, String message) {
    open = false;
    ops.fail(new IllegalStateException(message));
    closed.complete(why);
    loop.shutdown();
  }
}
