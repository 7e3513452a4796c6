package io.aetherkeep.client.realtime;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.aetherkeep.client.AetherkeepClient;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * WebSocket that reconnects with jitter and resumes its topics. Watchers are called by one thread,
 * in order; they must not block.
 */
public final class Realtime implements AutoCloseable {

  private final RealtimeConnection connection;

  private Realtime(RealtimeConnection connection) {
    this.connection = connection;
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
    RealtimeConnection connection = new RealtimeConnection(client, ticket);
    connection.start();
    return new Realtime(connection);
  }

  /** Watches a topic, such as {@code status/podcast/p1}; running the result ends the watch. */
  public Runnable watch(String topic, Consumer<TopicUpdate> watcher) {
    connection.onLoop(() -> connection.topics().watch(topic, watcher));
    return () -> connection.onLoop(() -> connection.topics().unwatch(topic, watcher));
  }

  /** Plays a podcast. */
  public CompletableFuture<JsonNode> play(String podcast, long positionMs) {
    return connection.ask(
        RealtimeConnection.frame("play").put("podcast", podcast).put("positionMs", positionMs));
  }

  /** Pauses playback. */
  public CompletableFuture<JsonNode> pause(long positionMs) {
    return connection.ask(report("pause", positionMs));
  }

  /** Seeks to a position. */
  public CompletableFuture<JsonNode> seek(long positionMs) {
    return connection.ask(report("seek", positionMs));
  }

  /** Stops playback. */
  public CompletableFuture<JsonNode> stop(long positionMs) {
    return connection.ask(report("stop", positionMs));
  }

  private static ObjectNode report(String op, long positionMs) {
    return RealtimeConnection.frame(op).put("positionMs", positionMs);
  }

  /**
   * Completes when the WebSocket is closed permanently: by {@link #close}, or by a final close
   * code.
   */
  public CompletableFuture<CloseReason> closed() {
    return connection.closed().copy();
  }

  /** Closes the WebSocket permanently. */
  @Override
  public void close() {
    connection.close();
  }
}
