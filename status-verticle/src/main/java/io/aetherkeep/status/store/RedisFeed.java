package io.aetherkeep.status.store;

import io.aetherkeep.catalogue.StatusAsks.Status;
import io.aetherkeep.document.Document;
import io.aetherkeep.status.settings.Phase;
import io.aetherkeep.status.settings.StatusKind;
import io.vertx.core.buffer.Buffer;
import io.vertx.redis.client.Response;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Decoder of statuses from feed entries and published messages, as trail.lua writes them. */
public final class RedisFeed {

  /** Begins the word with the summary of children. */
  private static final String CHILDREN = "children=";

  private RedisFeed() {}

  /** Decodes an entry of the stream. */
  static Status status(String space, StatusKind kind, String id, Response entry) {
    Map<String, Response> fields = new HashMap<>();
    Response pairs = entry.get(1);
    for (int i = 0; i + 1 < pairs.size(); i += 2) {
      fields.put(pairs.get(i).toString(), pairs.get(i + 1));
    }
    Place place =
        new Place(
            field(fields, "phase").toString(),
            field(fields, "attempt").toInteger(),
            entry.get(0).toString(),
            field(fields, "prev").toString(),
            field(fields, "at").toLong(),
            null,
            fields.containsKey("cancel") ? field(fields, "cancel").toString() : "",
            fields.containsKey("children") ? field(fields, "children").toString() : "");
    return status(space, kind, id, Document.stored(field(fields, "document").toBuffer()), place);
  }

  private static Response field(Map<String, Response> fields, String name) {
    Response field = fields.get(name);
    if (field == null) {
      throw new IllegalStateException("An entry of a feed has no " + name);
    }
    return field;
  }

  /** Decodes a published message: a line of words, then the document. */
  public static Status parse(String space, Buffer message) {
    int end = 0;
    while (message.getByte(end) != '\n') {
      end++;
    }
    String[] words = message.getString(0, end, StandardCharsets.UTF_8.name()).split(" ", -1);
    Place place =
        new Place(
            words[5],
            Integer.parseInt(words[4]),
            words[2],
            words[3].equals("-") ? "" : words[3],
            Long.parseLong(words[6]),
            Long.valueOf(words[7]),
            words.length > 8 && !words[8].startsWith(CHILDREN) ? words[8] : "",
            words[words.length - 1].startsWith(CHILDREN)
                ? words[words.length - 1].substring(CHILDREN.length())
                : "");
    Document document = Document.stored(message.slice(end + 1, message.length()));
    return status(space, StatusKind.of(words[0]), words[1], document, place);
  }

  /** A status's place in its feed. */
  private record Place(
      String phase,
      int attempt,
      String offset,
      String previous,
      long at,
      @Nullable Long expires,
      String cancel,
      String children) {}

  private static Status status(
      String space, StatusKind kind, String id, Document document, Place place) {
    Phase phase = Phase.of(place.phase);
    return new Status(
        space,
        kind.text(),
        id,
        document,
        phase != Phase.RUNNING,
        place.attempt,
        place.offset,
        place.previous.isEmpty() ? null : place.previous,
        Instant.ofEpochMilli(place.at).toString(),
        place.expires == null ? null : Instant.ofEpochMilli(place.expires).toString(),
        null,
        null,
        RedisAttempts.cancel(place.cancel),
        RedisAttempts.children(place.children),
        phase.failed());
  }
}
