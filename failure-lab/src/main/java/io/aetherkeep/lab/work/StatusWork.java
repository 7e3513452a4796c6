package io.aetherkeep.lab.work;

import io.aetherkeep.lab.client.Answer;
import io.aetherkeep.lab.client.Client;
import io.aetherkeep.lab.client.Following;
import io.aetherkeep.lab.client.LongPoll;
import io.aetherkeep.lab.client.ResumingEvents;
import io.aetherkeep.lab.client.Watcher;
import io.aetherkeep.lab.cluster.Waiting;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * Work on a status that changes continually, with followers by a stream from each node, on sockets
 * and by long polls. No follower may miss a change without a reported gap.
 */
public final class StatusWork implements Work {

  private static final int STEPS = 1_000_000;

  private final Client client;
  private final String topic = "status/crawl/" + UUID.randomUUID();
  private final String path = "/api/v1/content/" + topic;
  private final List<String> promised = new ArrayList<>();
  private final List<Watcher> watchers = new ArrayList<>();
  private final List<ResumingEvents> streams = new ArrayList<>();
  private final List<Following> sockets = new ArrayList<>();
  private final LongPoll poll;
  private double progress;

  public StatusWork(Client client, List<String> urls) {
    this.client = client;
    put("running");
    for (String url : urls) {
      Watcher reader = watcher();
      streams.add(ResumingEvents.open(url + path, reader::onEvent));
      Watcher listener = watcher();
      sockets.add(new Following(client, "content", topic, listener::onEvent));
    }
    this.poll = new LongPoll(client, path);
  }

  private Watcher watcher() {
    Watcher watcher = new Watcher();
    watchers.add(watcher);
    return watcher;
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

  /** Completes the status and waits until all followers have received its end. */
  @Override
  public List<String> lost(boolean kept) {
    for (int i = 0; i < 50 && !put("completed").isGood(); i++) {
      Waiting.pass(Duration.ofMillis(100));
    }
    streams.forEach(ResumingEvents::awaitEnd);
    sockets.forEach(Following::awaitEnd);
    List<String> lost = new ArrayList<>();
    for (Watcher watcher : watchers) {
      watcher.missed(promised).forEach(each -> lost.add(topic + ": " + each));
    }
    if (!poll.awaitEnd()) {
      lost.add(topic + ": a long poll did not receive the end");
    }
    return lost;
  }

  @Override
  public int breaks() {
    return streams.stream().mapToInt(ResumingEvents::reconnects).sum()
        + sockets.stream().mapToInt(Following::breaks).sum();
  }

  @Override
  public int resumed() {
    return sockets.stream().mapToInt(Following::resumed).sum();
  }

  @Override
  public int gaps() {
    return sockets.stream().mapToInt(Following::gaps).sum();
  }
}
