package io.aetherkeep.router.realtime;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.bus.RecordJson;
import io.aetherkeep.document.Document;
import io.vertx.core.buffer.Buffer;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a client says on a socket.
 *
 * @param op one of {@link SocketOps}
 * @param offset where a watch goes on; the present value first where it is not said
 * @param reason why a stream is stopped
 * @param podcast which podcast
 * @param podcastId the same by the name that it has over HTTP
 * @param here whether the user's other streams are to stop
 * @param id what the answer is to be known by: a text or a whole number
 */
public record ClientFrame(
    String op,
    @Nullable Document id,
    @Nullable String session,
    @Nullable Resume resume,
    @Nullable String topic,
    @Nullable String offset,
    @Nullable String reason,
    @Nullable String podcast,
    @Nullable String podcastId,
    @Nullable Long positionMs,
    @Nullable Double rate,
    @Nullable Long seq,
    @Nullable Boolean here) {

  private static final int LONGEST_ID = 80;

  public ClientFrame {
    Objects.requireNonNull(op, "op");
    id = checked(id);
    podcast = samePodcast(podcast, podcastId);
  }

  /**
   * Where a client had been on another socket.
   *
   * @param epoch how the offsets were counted
   * @param offsets the last of each topic; null where none had come
   */
  public record Resume(@Nullable String epoch, Map<String, @Nullable String> offsets) {
    public Resume {
      offsets = new HashMap<>(Objects.requireNonNull(offsets, "offsets"));
    }
  }

  /** What can be told of a frame that is otherwise not understood. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  record Heading(@Nullable Document id) {
    Heading {
      id = checked(id);
    }
  }

  /** The id, if it can be one; a null is none. */
  private static @Nullable Document checked(@Nullable Document id) {
    if (id == null || id.toString().equals("null")) {
      return null;
    }
    if (id.length() > LONGEST_ID || !id.toString().matches("(?s)\".*\"|-?(0|[1-9][0-9]{0,17})")) {
      throw Failure.of(Code.INVALID_BODY, "'id' is a short text or a whole number");
    }
    return id;
  }

  /** Reads a frame strictly, so that a misspelt field is told. */
  public static ClientFrame read(Buffer text) {
    return RecordJson.read(Document.received(text).bytes().getBytes(), ClientFrame.class);
  }

  /** The id of a frame that could not be read, if that much can. */
  static @Nullable public Document idOf(Buffer text) {
    try {
      return RecordJson.read(Document.received(text).bytes().getBytes(), Heading.class).id();
    } catch (Failure unreadable) {
      return null;
    }
  }

  String required(String name, @Nullable String value) {
    if (value == null) {
      throw Failure.of(Code.INVALID_BODY, "'" + name + "' is missing");
    }
    return value;
  }

  /** A podcast by either of its two names; by both only where they say the same. */
  static @Nullable public String samePodcast(@Nullable String one, @Nullable String other) {
    if (one != null && other != null && !one.equals(other)) {
      throw Failure.of(Code.INVALID_BODY, "'podcast' and 'podcastId' name different podcasts");
    }
    return one == null ? other : one;
  }
}
