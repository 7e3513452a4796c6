package io.aetherkeep.lab.work;

import io.aetherkeep.lab.client.Answer;
import io.aetherkeep.lab.client.Client;
import io.aetherkeep.lab.client.Following;
import io.aetherkeep.lab.client.ResumingEvents;
import io.aetherkeep.lab.cluster.Waiting;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Work on a configuration: changes it, and watches it by a stream from each node and on a socket.
 */
public final class ConfigWork implements Work {

  private final Client client;
  private final String path;
  private final String crowd = UUID.randomUUID().toString();
  private final List<ResumingEvents> streams = new ArrayList<>();
  private final List<AtomicInteger> received = new ArrayList<>();
  private final Following socket;
  private int promised;
  private int tried;

  /**
   * Begins to watch.
   *
   * @param name the same for each run, because versions of a configuration are kept for good
   */
  public ConfigWork(Client client, String name) {
    this.client = client;
    this.path = "/api/v1/council/configs/" + name;
    for (String url : client.urls()) {
      AtomicInteger newest = newest();
      streams.add(ResumingEvents.open(url + path, event -> onEvent(newest, event.data())));
    }
    AtomicInteger newest = newest();
    this.socket =
        new Following(client, "council", "config/" + name, news -> onEvent(newest, news.data()));
  }

  private AtomicInteger newest() {
    AtomicInteger newest = new AtomicInteger();
    received.add(newest);
    return newest;
  }

  private boolean onEvent(AtomicInteger newest, String data) {
    newest.set(number(data));
    return false;
  }

  /** Returns the number in a value; 0 if another run wrote it. */
  private int number(String data) {
    return data.startsWith("{") && data.contains(crowd) ? new JsonObject(data).getInteger("n") : 0;
  }

  @Override
  public Duration pause() {
    return Duration.ofMillis(60);
  }

  @Override
  public void step() {
    if (ThreadLocalRandom.current().nextInt(3) > 0) {
      client.get(path);
      return;
    }
    tried++;
    String json = "{\"crowd\": \"%s\", \"n\": %d}".formatted(crowd, tried);
    if (client.put(path, json, "From", "lab").isGood()) {
      promised = tried;
    }
  }

  @Override
  public List<String> lost(boolean kept) {
    List<String> lost = new ArrayList<>();
    if (!kept || Waiting.until(Duration.ofSeconds(10), this::isReceived)) {
      return lost;
    }
    lost.add(
        "%s: acknowledged %d, tried %d, stored %s, received %s"
            .formatted(path, promised, tried, client.get(path).body(), received));
    return lost;
  }

  private boolean isReceived() {
    Answer answer = client.get(path);
    int there = answer.isGood() && !answer.isFromMemory() ? number(answer.body()) : -1;
    return there >= promised
        && there <= tried
        && received.stream().allMatch(newest -> newest.get() == there);
  }

  @Override
  public int breaks() {
    return streams.stream().mapToInt(ResumingEvents::reconnects).sum() + socket.breaks();
  }

  @Override
  public void leave() {
    streams.forEach(ResumingEvents::close);
    socket.close();
    client.sendUnchecked("DELETE", path);
  }
}
