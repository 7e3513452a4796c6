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
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * WebSocket that reconnects with jitter and resumes its topics. Watchers are called by one thread,
 * in order; they must not block.
 */
public final class Realtime implements AutoCloseable {

  private static final String HELLO = "hello";

  private final HttpClient http;
  private final ClientOptions options;
  private final Supplier<String> ticket;
  private final ScheduledExecutorService loop =
      Executors.newSingleThreadScheduledExecutor(Realtime::thread);
  private final TopicWatches watches = new TopicWatches();
  private final PendingOps ops = new PendingOps();
  private final CompletableFuture<CloseReason> closed = new CompletableFuture<>();
  private final Heartbeat heartbeat = new Heartbeat(loop, this::ping, this::giveUp);

  private @Nullable FrameSocket socket;
  private @Nullable String epoch;
  private Set<String> resumed = Set.of();
  private boolean open;
  private int attempt;

  private Realtime(AetherkeepClient client, Supplier<String> ticket) {
    this.http = client.http();
    this.options = client.options();
    this.ticket = ticket;
  }

  private static Thread thread(Runnable work) {
    Thread thread = new Thread(work, "aetherkeep-realtime");
    thread.setDaemon(true);
    return thread;
  }

  /** Opens a WebSocket of a session. */
  public static Realtime of(AetherkeepClient client, String session) {
    return connect(client, () -> client.sessions().ticket(session));
  }

  /** Opens a WebSocket of an observer, which has no session and only watches. */
  public static Realtime observer(AetherkeepClient client) {
    return connect(client, () -> client.sessions().observerTicket());
  }

  private static Realtime connect(AetherkeepClient client, Supplier<String> ticket) {
    Realtime realtime = new Realtime(client, ticket);
    realtime.loop.execute(realtime::fetchTicket);
    return realtime;
  }

  /** Watches a topic, such as {@code status/podcast/p1}; running the result ends the watch. */
  public Runnable watch(String topic, Consumer<News> watcher) {
    onLoop(
        () -> {
          if (watches.add(topic, watcher) && open) {
            subscribe(topic);
          }
        });
    return () -> onLoop(() -> unwatch(topic, watcher));
  }

  /** Plays a podcast. */
  public CompletableFuture<JsonNode> play(String podcast, long positionMs) {
    return ask(frame("play").put("podcast", podcast).put("positionMs", positionMs));
  }

  /** Pauses playback. */
  public CompletableFuture<JsonNode> pause(long positionMs) {
    return ask(frame("pause").put("positionMs", positionMs));
  }

  /** Seeks to a position. */
  public CompletableFuture<JsonNode> seek(long positionMs) {
    return ask(frame("seek").put("positionMs", positionMs));
  }

  /** Stops playback. */
  public CompletableFuture<JsonNode> stop(long positionMs) {
    return ask(frame("stop").put("positionMs", positionMs));
  }

  /**
   * Completes when the WebSocket is closed permanently: by {@link #close}, or by a final close
   * code.
   */
  public CompletableFuture<CloseReason> closed() {
    return closed.copy();
  }

  /** Closes the WebSocket permanently. */
  @Override
  public void close() {
    onLoop(
        () -> {
          if (socket != null) {
            socket.sendGoodbye();
          }
          end(new CloseReason(CloseReason.GOODBYE, "goodbye"), "The WebSocket was closed");
        });
  }

  private void onLoop(Runnable work) {
    try {
      loop.execute(work);
    } catch (RejectedExecutionException e) {
      // Closed permanently: all watches end.
    }
  }

  private static ObjectNode frame(String op) {
    return JsonNodeFactory.instance.objectNode().put("op", op);
  }

  /** Sends an operation now, or after the next connect; fails after the client's deadline. */
  private CompletableFuture<JsonNode> ask(ObjectNode frame) {
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
      lost(new CloseReason(refused ? CloseReason.REFUSED : CloseReason.LOST, why));
      return;
    }
    heartbeat.hear();
    socket = FrameSocket.open(http, url(fresh), loop, this::hello, this::receive, this::lost);
    heartbeat.start(options.deadline());
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
    resumed = new HashSet<>(watches.all().keySet());
    if (!resumed.isEmpty()) {
      ObjectNode resume = hello.putObject("resume").put("epoch", epoch);
      ObjectNode offsets = resume.putObject("offsets");
      watches.all().forEach((topic, watch) -> offsets.put(topic, watch.offset()));
    }
    send(hello);
  }

  private void send(ObjectNode frame) {
    if (socket != null) {
      socket.send(frame);
    }
  }

  private void receive(JsonNode frame) {
    heartbeat.hear();
    if (frame.path("re").asText().equals(HELLO)) {
      welcome(frame);
    } else if (frame.has("re")) {
      ops.settle(frame);
    } else if (frame.has("topic")) {
      watches.give(News.ofFrame(frame));
    }
  }

  /** Handles the answer to hello. A final refusal is followed by a close frame with the reason. */
  private void welcome(JsonNode frame) {
    if (frame.has("error")) {
      if (frame.path("error").path("retry").asBoolean() && socket != null) {
        socket.giveUp("hello refused");
      }
      return;
    }
    JsonNode ok = frame.path("ok");
    epoch = ok.path("epoch").asText(null);
    open = true;
    attempt = 0;
    heartbeat.start(Duration.ofSeconds(ok.path("heartbeatSeconds").asLong(25)));
    JsonNode failed = ok.path("failed");
    failed.fieldNames().forEachRemaining(topic -> fail(topic, failed.path(topic)));
    for (String topic : Set.copyOf(watches.all().keySet())) {
      if (!resumed.contains(topic)) {
        subscribe(topic);
      }
    }
    for (String topic : resumed) {
      if (!watches.has(topic)) {
        send(frame("unwatch").put("topic", topic));
      }
    }
    ops.release().forEach(this::send);
  }

  private void subscribe(String topic) {
    BooleanSupplier valid = sameWatch(topic);
    CompletableFuture<?> unused =
        ask(frame("watch").put("topic", topic))
            .whenCompleteAsync(
                (ok, thrown) -> {
                  if (thrown instanceof ProblemException problem && valid.getAsBoolean()) {
                    fail(topic, problem);
                  }
                },
                this::onLoop);
  }

  private void fail(String topic, JsonNode error) {
    fail(topic, ProblemException.ofFrame(error));
  }

  /**
   * Handles a refused watch: retries it if that may succeed later, else passes the problem to its
   * watchers.
   */
  private void fail(String topic, ProblemException problem) {
    if (problem.retry()) {
      BooleanSupplier valid = sameWatch(topic);
      Future<?> unused =
          loop.schedule(
              () -> {
                if (open && valid.getAsBoolean()) {
                  subscribe(topic);
                }
              },
              1,
              TimeUnit.SECONDS);
    } else {
      watches.give(new News(topic, JsonNodeFactory.instance.nullNode(), null, true, problem));
    }
  }

  /**
   * Returns a check whether a topic is watched by the same watch on the same connection as now:
   * another connection resumes it, and another watch subscribes itself.
   */
  private BooleanSupplier sameWatch(String topic) {
    FrameSocket asked = socket;
    TopicWatches.Watch watch = watches.all().get(topic);
    return () -> watch != null && asked == socket && watch == watches.all().get(topic);
  }

  private void unwatch(String topic, Consumer<News> watcher) {
    if (watches.remove(topic, watcher) && open) {
      send(frame("unwatch").put("topic", topic));
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
      Future<?> unused =
          loop.schedule(this::fetchTicket, after.get().toMillis(), TimeUnit.MILLISECONDS);
    }
  }

  private void end(CloseReason why, String message) {
    open = false;
    ops.fail(new IllegalStateException(message));
    closed.complete(why);
    loop.shutdown();
  }
}
