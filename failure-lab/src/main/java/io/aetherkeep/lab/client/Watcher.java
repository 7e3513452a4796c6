package io.aetherkeep.lab.client;

import io.aetherkeep.lab.client.ResumingEvents.Event;
import java.util.List;

/** Who follows a status, and what was told of it; once it is completed there is nothing more. */
public final class Watcher {

  private static final String END = "\"completed\"";

  private final ToldOffsets told = new ToldOffsets();
  private boolean gap;

  /** Takes an event of a stream; answers whether it was the last. */
  public boolean heard(Event event) {
    if (event.name().equals("gap")) {
      gap = true;
    } else if (event.name().equals("status")) {
      told.add(event.id(), gap);
      gap = false;
    }
    return event.data().contains(END);
  }

  /** Takes what came on a socket; answers whether it was the last. */
  public boolean heard(Following.News news) {
    told.add(news.offset(), news.gap());
    return news.data().contains(END);
  }

  /** The places that it was not told of, and not told that something is missing either. */
  public List<String> missed(List<String> promised) {
    return told.missed(promised);
  }
}
