package io.aetherkeep.stream;

import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.catalogue.StreamAsks;
import io.aetherkeep.document.Document;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Stored messages of a JSON stream: each is followed by a byte that JSON never contains, so that a
 * stream can be split between messages without parsing.
 */
final class JsonMessages {

  private JsonMessages() {}

  /**
   * Encodes a body: the elements of an array, or the single value.
   *
   * @param mayBeNone whether an empty array is allowed
   */
  static Buffer flattened(Buffer body, boolean mayBeNone) {
    Document whole = Document.received(body);
    List<Document> messages = isArray(body) ? whole.elements() : List.of(whole);
    if (messages.isEmpty() && !mayBeNone) {
      throw Failure.of(Code.INVALID_BODY, "The array must not be empty");
    }
    Buffer stored = Buffer.buffer(body.length() + messages.size());
    for (Document message : messages) {
      stored.appendBuffer(message.bytes()).appendByte(StreamAsks.END_OF_MESSAGE);
    }
    return stored;
  }

  /** Decodes stored messages. */
  static List<Document> of(Buffer stored) {
    List<Document> messages = new ArrayList<>();
    int start = 0;
    for (int at = 0; at < stored.length(); at++) {
      if (stored.getByte(at) == StreamAsks.END_OF_MESSAGE) {
        messages.add(Document.stored(stored.slice(start, at)));
        start = at + 1;
      }
    }
    return messages;
  }

  private static boolean isArray(Buffer body) {
    int at = 0;
    while (" \n\r\t".indexOf(body.getByte(at)) >= 0) {
      at++;
    }
    return body.getByte(at) == '[';
  }

  /** End of the last complete message; 0 if there is none. */
  static int lastEnd(Buffer stored) {
    int end = stored.length();
    while (end > 0 && stored.getByte(end - 1) != StreamAsks.END_OF_MESSAGE) {
      end--;
    }
    return end;
  }

  /** The number of complete messages. */
  static int count(Buffer stored) {
    int count = 0;
    for (int at = 0; at < stored.length(); at++) {
      if (stored.getByte(at) == StreamAsks.END_OF_MESSAGE) {
        count++;
      }
    }
    return count;
  }

  /** End of a number of messages, which must not exceed their count. */
  static int endOf(Buffer stored, long messages) {
    int at = 0;
    for (long seen = 0; seen < messages; at++) {
      if (stored.getByte(at) == StreamAsks.END_OF_MESSAGE) {
        seen++;
      }
    }
    return at;
  }
}
