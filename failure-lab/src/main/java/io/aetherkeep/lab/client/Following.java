package io.aetherkeep.lab.client;

import io.aetherkeep.lab.cluster.Waiting;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Follower of a topic over a sequence of observers' sockets, at any node. Each is opened with a
 * ticket and resumes where the one before ended; the follower cuts many of them itself.
 */
public final class Following implements AutoCloseable {

  /**
   * Value of the topic.
   *
   * @param gap whether the server reported a gap before it
   */
  public record News(String offset, boolean gap, String data) {}

  private final Client client;
  private final String space;
  private final String topic;
  private final Predicate<News> isLast;
  private final AtomicInteger breaks = new AtomicInteger();
  private final AtomicInteger resumed = new AtomicInteger();
  private final AtomicInteger gaps = new AtomicInteger();
  private final Thread thread;
  private volatile String epoch = "";
  private volatile String offset = "";
  private boolean gap = true;
  private volatile boolean over;

  public Following(Client client, String space, String topic, Predicate<News> isLast) {
    this.client = client;
    this.space = space;
    this.topic = topic;
    this.isLast = isLast;
    this.thread = new Thread(this::follow, "following " + topic);
    thread.setDaemon(true);
    thread.start();
  }

  private void follow() {
    while (!over) {
      try {
        String ticket = ticket();
        try (LabSocket socket = client.socket(space, "?ticket=" + ticket, this::onEvent)) {
          follow(socket);
        }
      } catch (RuntimeException e) {
        // A node that is down accepts no connection: try again.
      }
      Waiting.pass(Duration.ofMillis(100));
    }
  }

  private String ticket() {
    Answer issued = client.sendUnchecked("POST", "/api/v1/" + space + "/realtime/ticket");
    if (issued.status() != 201) {
      throw new IllegalStateException("no ticket: " + issued.status());
    }
    return new JsonObject(issued.body()).getString("ticket");
  }

  private void follow(LabSocket socket) {
    JsonObject hello = new JsonObject().put("op", "hello");
    boolean resumes = !offset.isEmpty();
    if (resumes) {
      JsonObject offsets = new JsonObject().put(topic, offset);
      hello.put("resume", new JsonObject().put("epoch", epoch).put("offsets", offsets));
    }
    JsonObject welcome = socket.ask(hello).getJsonObject("ok");
    if (welcome == null || !welcome.getJsonObject("failed").isEmpty()) {
      return;
    }
    epoch = welcome.getString("epoch");
    if (resumes
        || socket.ask(new JsonObject().put("op", "watch").put("topic", topic)).containsKey("ok")) {
      Duration own = Duration.ofMillis(ThreadLocalRandom.current().nextInt(500, 6000));
      if (!over && socket.breaksIn(own) && !over) {
        breaks.incrementAndGet();
      }
    }
  }

  /** Handles a frame; a gap is reported before the value that follows it. */
  private synchronized void onEvent(JsonObject frame) {
    if (frame.getValue("ok") instanceof JsonObject ok && ok.containsKey("recovered")) {
      if (!ok.getJsonObject("failed").containsKey(topic)) {
        resumed(ok.getJsonObject("recovered").getBoolean(topic));
      }
    } else if (topic.equals(frame.getString("topic")) && frame.containsKey("data")) {
      offset = frame.getString("offset");
      gap |= Boolean.FALSE.equals(frame.getValue("recovered"));
      over |= isLast.test(new News(offset, gap, String.valueOf(frame.getValue("data"))));
      gap = false;
    }
  }

  private void resumed(@Nullable Boolean whole) {
    if (whole != null) {
      gap |= !whole;
      (whole ? resumed : gaps).incrementAndGet();
    }
  }

  /** Waits for the last value, then stops. */
  public void awaitEnd() {
    Waiting.until(Duration.ofSeconds(15), () -> over);
    close();
  }

  /** Returns how often a socket broke that was not cut here. */
  public int breaks() {
    return breaks.get();
  }

  /** Returns how often a socket resumed where the one before ended. */
  public int resumed() {
    return resumed.get();
  }

  /** Returns how often a resume reported a gap. */
  public int gaps() {
    return gaps.get();
  }

  @Override
  public void close() {
    over = true;
  }
}
