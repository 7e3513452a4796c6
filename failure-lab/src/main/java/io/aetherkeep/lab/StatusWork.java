package io.aetherkeep.lab;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * A status that goes on and on, and who follows it on each node: nobody may miss anything untold.
 */
final class StatusWork implements Work {

  private static final int STEPS = 1_000_000;

  private final Client client;
  private final String topic = "status/crawl/" + UUID.randomUUID();
  private final String path = "/api/v1/content/" + topic;
  private final List<String> promised = new ArrayList<>();
  private final List<Watcher> watchers = new ArrayList<>();
  private final List<SocketWatcher> sockets = new ArrayList<>();
  private double progress;

  StatusWork(Client client, List<String> urls) {
    this.client = client;
    put("running");
    for (String url : urls) {
      watchers.add(new Watcher(url + path));
      sockets.add(new SocketWatcher(client, url, topic));
    }
  }

  private Answer put(String status) {
    progress += 100.0 / STEPS;
    Answer answer =
        client.put(path, "{\"status\": \"%s\", \"progress\": %f}".formatted(status, progress));
    if (answer.isGood()) {
      promised.add(answer.header("Status-Offset"));
    }
    return answer;
  }

  @Override
  public void step() {
    if (progress * 10_000 % 3 < 1) {
      client.get(path);
    }
    put("running");
  }

  /** Ends it, and waits until all who follow were told of the end. */
  @Override
  public List<String> lost(boolean kept) {
    for (int i = 0; i < 50 && !put("completed").isGood(); i++) {
      Waiting.pass(Duration.ofMillis(100));
    }
    List<String> lost = new ArrayList<>();
    for (Watcher watcher : watchers) {
      watcher.awaitEnd();
      watcher.missed(promised).forEach(each -> lost.add(path + ": " + each));
    }
    for (SocketWatcher socket : sockets) {
      socket.awaitEnd();
      socket.missed(promised).forEach(each -> lost.add(topic + " on a socket: " + each));
    }
    return lost;
  }

  /** How often who follows had to come again. */
  int reconnects() {
    return watchers.stream().mapToInt(Watcher::reconnects).sum()
        + sockets.stream().mapToInt(SocketWatcher::reconnects).sum();
  }
}
