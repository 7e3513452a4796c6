package io.aetherkeep.lab.client;

import io.aetherkeep.lab.client.ResumingEvents.Event;
import java.util.List;

/** Follower's record of one status, up to its completion. */
public final class Watcher {

  private static final String END = "\"completed\"";

  private final ReceivedOffsets received = new ReceivedOffsets();
  private boolean gap;

  /** Adds a server-sent event; returns whether it was the last. */
  public boolean onEvent(Event event) {
    if (event.name().equals("gap")) {
      gap = true;
    } else if (event.name().equals("status")) {
      received.add(event.id(), gap);
      gap = false;
    }
    return event.data().contains(END);
  }

  /** Adds a value from a socket; returns whether it was the last. */
  public boolean onEvent(Following.News news) {
    received.add(news.offset(), news.gap());
    return news.data().contains(END);
  }

  /** Returns the confirmed offsets that are neither received nor in a reported gap. */
  public List<String> missed(List<String> promised) {
    return received.missed(promised);
  }
}
