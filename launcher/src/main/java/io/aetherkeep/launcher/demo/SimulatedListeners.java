package io.aetherkeep.launcher.demo;

import java.net.http.WebSocket;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Simulated listeners, who connect, play for a while and leave. Their number rises and falls every
 * 15 minutes.
 */
final class SimulatedListeners {

  private static final String SPACE = "aethercast";
  private static final int MOST = 90;
  private static final int EVENING_SECONDS = 900;

  /** One listener. */
  private static final class Listener {
    private final String session;
    private final int leavesAt;
    private volatile @Nullable WebSocket socket;
    private CompletableFuture<?> coming = new CompletableFuture<>();
    private String podcast = "";
    private long position;
    private long seq;

    Listener(String session, int leavesAt) {
      this.session = session;
      this.leavesAt = leavesAt;
    }
  }

  private final NodeClient node;
  private final Random dice;
  private final Supplier<List<String>> ready;
  private final String run;
  private final Deque<Listener> listeners = new ArrayDeque<>();
  private int opened;

  /**
   * Creates the listeners.
   *
   * @param ready podcasts that can be played, newest first
   * @param run id of this run, part of its session ids
   */
  SimulatedListeners(NodeClient node, Random dice, Supplier<List<String>> ready, String run) {
    this.node = node;
    this.dice = dice;
    this.ready = ready;
    this.run = run;
  }

  /** Simulates one second. */
  void play(int second) {
    int clock = (second + EVENING_SECONDS / 4) % EVENING_SECONDS;
    double evening = Math.sin(Math.PI * clock / EVENING_SECONDS);
    int wanted = 8 + (int) ((MOST - 8) * evening * evening);
    for (int i = 0; i < 3 && listeners.size() < wanted; i++) {
      come(second);
    }
    List<Listener> leaving =
        listeners.stream().filter(listener -> listener.leavesAt <= second).toList();
    leaving.forEach(this::leave);
    listeners.forEach(listener -> listen(listener, second));
  }

  private void come(int second) {
    int number = ++opened;
    Listener listener = new Listener("demo-" + run + "-" + number, second + 60 + dice.nextInt(240));
    listeners.add(listener);
    String user = "listener-" + (1 + dice.nextInt(60));
    listener.coming =
        node.post(
                SPACE + "/sessions",
                ("{\"id\":\"%s\",\"userId\":\"%s\",\"preferences\":"
                        + "{\"preferred_topics\":[\"t%d\"],\"playback_speed_default\":1.25}}")
                    .formatted(listener.session, user, 1 + dice.nextInt(160)))
            .thenCompose(status -> node.open(SPACE, listener.session))
            .thenAccept(socket -> listener.socket = socket)
            .exceptionally(thrown -> null);
  }

  /** Plays a podcast, most often a recent one. */
  private void listen(Listener listener, int second) {
    WebSocket socket = listener.socket;
    List<String> podcasts = ready.get();
    if (socket == null || socket.isOutputClosed() || podcasts.isEmpty()) {
      return;
    }
    if (listener.podcast.isEmpty() || dice.nextInt(120) == 0) {
      double skewed = Math.pow(dice.nextDouble(), 2.2);
      listener.podcast = podcasts.get((int) (skewed * podcasts.size()));
      listener.position = 0;
      say(listener, socket, "play", ",\"podcast\":\"" + listener.podcast + "\"");
    } else if (second % 3 == 0) {
      listener.position += 3000;
      say(listener, socket, "progress", "");
    }
  }

  private static void say(Listener listener, WebSocket socket, String op, String more) {
    listener.seq++;
    var unused =
        socket
            .sendText(
                "{\"op\":\"%s\",\"positionMs\":%d,\"seq\":%d%s}"
                    .formatted(op, listener.position, listener.seq, more),
                true)
            .exceptionally(thrown -> socket);
  }

  /** Leaves: some listeners end their session, others let it expire. */
  private void leave(Listener listener) {
    listeners.remove(listener);
    hangUp(listener);
    if (dice.nextInt(4) > 0) {
      node.delete(SPACE + "/sessions/" + listener.session).exceptionally(thrown -> 0);
    }
  }

  private static void hangUp(Listener listener) {
    WebSocket socket = listener.socket;
    if (socket != null) {
      socket.abort();
    }
  }

  /** Ends all sessions, also those that are still being opened. */
  CompletableFuture<Void> end() {
    List<CompletableFuture<Integer>> ends = new ArrayList<>();
    for (Listener listener : listeners) {
      ends.add(
          listener
              .coming
              .thenCompose(
                  there -> {
                    hangUp(listener);
                    return node.delete(SPACE + "/sessions/" + listener.session);
                  })
              .exceptionally(thrown -> 0));
    }
    listeners.clear();
    return CompletableFuture.allOf(ends.toArray(CompletableFuture[]::new));
  }
}
