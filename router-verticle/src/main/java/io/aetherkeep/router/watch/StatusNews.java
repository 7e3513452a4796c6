package io.aetherkeep.router.watch;

import io.aetherkeep.catalogue.StatusAsks.Status;
import io.vertx.core.buffer.Buffer;
import org.jspecify.annotations.Nullable;

/** A status as it is told to those who follow it, written out once for all of them. */
final class StatusNews {

  private static final Buffer GAP = Buffer.buffer("event: gap\ndata: {\"recovered\":false}\n\n");

  private final Status status;
  private final boolean recovered;
  private @Nullable Buffer frame;
  private @Nullable Push push;

  StatusNews(Status status, boolean recovered) {
    this.status = status;
    this.recovered = recovered;
  }

  Status status() {
    return status;
  }

  /** Nothing between the one before and this one is lost. */
  boolean recovered() {
    return recovered;
  }

  /** As it is told on sockets. */
  Push push() {
    Push written = push;
    if (written == null) {
      String topic = "status/" + status.kind() + "/" + status.id();
      written = Push.change(topic, status.offset(), status.document(), recovered);
      push = written;
    }
    return written;
  }

  /** As server-sent events: what came in between and is lost is told first. */
  Buffer frame() {
    Buffer written = frame;
    if (written == null) {
      written = Buffer.buffer(status.document().length() + 64);
      if (!recovered) {
        written.appendBuffer(GAP);
      }
      written.appendString("id: " + status.offset() + "\nevent: status\ndata: ");
      appendLines(written, status.document().bytes());
      written.appendString("\n\n");
      frame = written;
    }
    return written;
  }

  /** A line break in JSON is white space; each line of data has its own name. */
  private static void appendLines(Buffer to, Buffer document) {
    int start = 0;
    for (int i = 0; i < document.length(); i++) {
      byte b = document.getByte(i);
      if (b == '\n' || b == '\r') {
        to.appendBuffer(document, start, i - start).appendString("\ndata: ");
        start = i + 1;
      }
    }
    to.appendBuffer(document, start, document.length() - start);
  }
}
