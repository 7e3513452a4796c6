package io.aetherkeep.lab.client;

import io.aetherkeep.lab.cluster.Waiting;
import java.time.Duration;

/** Follower of a status by long polls. */
public final class LongPoll implements AutoCloseable {

  private static final String WAIT = "?wait=2";
  private static final long LONGEST_MILLIS = 6000;

  private final Client client;
  private final String path;
  private final Thread thread = new Thread(this::follow, "poll");
  private volatile boolean over;
  private volatile boolean ended;

  public LongPoll(Client client, String path) {
    this.client = client;
    this.path = path;
    thread.setDaemon(true);
    thread.start();
  }

  private void follow() {
    String known = "\"none\"";
    while (!over) {
      Answer answer = client.sendUnchecked("GET", path + WAIT, "If-None-Match", known);
      if (answer.isGood()) {
        known = answer.header("ETag");
        ended = answer.body().contains("\"completed\"");
      }
      if (answer.status() != 0 && answer.millis() > LONGEST_MILLIS) {
        client.note("a long poll was answered after " + answer.millis() + " ms");
      }
      over |= ended;
      Waiting.pass(Duration.ofMillis(answer.isGood() ? 5 : 100));
    }
  }

  /** Waits for the end; returns whether it was received. */
  public boolean awaitEnd() {
    boolean received = Waiting.until(Duration.ofSeconds(15), () -> ended);
    close();
    return received;
  }

  @Override
  public void close() {
    over = true;
  }
}
