package io.aetherkeep.lab.client;

import io.aetherkeep.lab.cluster.Waiting;
import java.time.Duration;
import java.util.List;

/** Log of the nodes' readiness: polls them and records when it changed. */
public final class ReadinessLog implements AutoCloseable {

  private static final Duration EVERY = Duration.ofMillis(25);

  private final List<String> urls;
  private final Client client;
  private final Thread thread = new Thread(this::poll, "readiness");
  private volatile long downAt;
  private volatile long upAt;
  private volatile boolean closed;

  public ReadinessLog(List<String> urls, Client client) {
    this.urls = List.copyOf(urls);
    this.client = client;
    thread.setDaemon(true);
    thread.start();
  }

  private void poll() {
    while (!closed) {
      boolean all = urls.stream().allMatch(this::isReady);
      long now = System.nanoTime();
      if (all && upAt == 0) {
        upAt = now;
      } else if (!all) {
        upAt = 0;
        downAt = downAt == 0 ? now : downAt;
      }
      Waiting.pass(EVERY);
    }
  }

  private boolean isReady(String url) {
    return client.to(url, "GET", "/health/ready", "").status() == 200;
  }

  /** Returns after how many ms a node was not ready; -1 if all were, all the time. */
  public long millisUntilDown(long start) {
    return downAt == 0 ? -1 : Math.max(0, downAt - start) / 1_000_000;
  }

  /** Returns after how many ms all were ready for good; -1 if they are not. */
  public long millisUntilUp(long start) {
    return upAt == 0 ? -1 : Math.max(0, upAt - start) / 1_000_000;
  }

  public boolean isUp() {
    return upAt != 0;
  }

  @Override
  public void close() {
    closed = true;
  }
}
