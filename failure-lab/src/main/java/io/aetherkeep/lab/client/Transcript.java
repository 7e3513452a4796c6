package io.aetherkeep.lab.client;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;

/** Text that a follower has read of a stream, from its beginning. */
public final class Transcript {

  private final StringBuilder text = new StringBuilder();
  private int gaps;
  private volatile boolean complete;

  /** Appends a piece: text, or a JSON array of messages. */
  public synchronized void add(String piece, boolean json) {
    if (json) {
      new JsonArray(piece).forEach(each -> text.append(((JsonObject) each).getString("t")));
    } else {
      text.append(piece);
    }
  }

  /** Starts over after the server reported lost data. */
  synchronized void lose() {
    text.setLength(0);
    gaps++;
  }

  /** Starts over because the stream does not exist. */
  public synchronized void clear() {
    text.setLength(0);
  }

  public void complete() {
    complete = true;
  }

  public boolean isComplete() {
    return complete;
  }

  public synchronized int gaps() {
    return gaps;
  }

  /** Describes the first difference from what was written, or returns an empty text. */
  public synchronized String difference(String written) {
    String read = text.toString();
    if (read.equals(written)) {
      return "";
    }
    int same = 0;
    while (same < Math.min(read.length(), written.length())
        && read.charAt(same) == written.charAt(same)) {
      same++;
    }
    return "%d of %d characters, different from %d on: %s instead of %s"
        .formatted(read.length(), written.length(), same, after(read, same), after(written, same));
  }

  private static String after(String text, int from) {
    int begin = Math.max(0, from - 12);
    return "'" + text.substring(begin, Math.min(text.length(), begin + 36)) + "'";
  }
}
