package io.aetherkeep.lab;

import io.aetherkeep.lab.EventStream.Event;
import java.util.List;

/** Who follows a status, and what was told of it; once it is completed there is nothing more. */
final class Watcher {

  private static final String END = "\"completed\"";

  private final Places told = new Places();
  private boolean gap;

  /** Takes an event of a stream; answers whether it was the last. */
  boolean heard(Event event) {
    if (event.name().equals("gap")) {
      gap = true;
    } else if (event.name().equals("status")) {
      told.add(event.id(), gap);
      gap = false;
    }
    return event.data().contains(END);
  }

  /** Takes what came on a socket; answers whether it was the last. */
  boolean heard(Following.News news) {
    told.add(news.offset(), news.gap());
    return news.data().contains(END);
  }

  /** The places that it was not told of, and not told that something is missing either. */
  List<String> missed(List<String> promised) {
    return told.missed(promised);
  }
}
