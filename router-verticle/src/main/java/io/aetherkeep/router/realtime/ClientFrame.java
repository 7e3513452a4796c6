package io.aetherkeep.router.realtime;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.bus.RecordJson;
import io.aetherkeep.document.Document;
import io.vertx.core.buffer.Buffer;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Frame that a client sends on a socket.
 *
 * @param op one of {@link SocketOps}
 * @param offset where a watch resumes; null to start with the current value
 * @param reason why a stream is stopped
 * @param podcast the podcast's id
 * @param podcastId alias, as over HTTP
 * @param here whether to stop the user's other streams
 * @param id correlates the answer: a text or a whole number
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

  private static final Pattern ID = Pattern.compile("(?s)\".*\"|-?(0|[1-9][0-9]{0,17})");

  private static final int LONGEST_ID = 80;

  public ClientFrame {
    Objects.requireNonNull(op, "op");
    id = checked(id);
    podcast = samePodcast(podcast, podcastId);
  }

  /**
   * State that a client brings from an earlier socket.
   *
   * @param epoch the epoch of the offsets
   * @param offsets the last offset of each topic, in the client's order; null if none was received
   */
  public record Resume(@Nullable String epoch, Map<String, @Nullable String> offsets) {
    public Resume {
      offsets = new LinkedHashMap<>(Objects.requireNonNull(offsets, "offsets"));
    }
  }

  /** The part of an invalid frame that can still be read. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  record Heading(@Nullable Document id) {
    Heading {
      id = checked(id);
    }
  }

  /** Validates an id; JSON null means none. */
  private static @Nullable Document checked(@Nullable Document id) {
    if (id == null || id.toString().equals("null")) {
      return null;
    }
    if (id.length() > LONGEST_ID || !ID.matcher(id.toString()).matches()) {
      throw Failure.of(Code.INVALID_BODY, "'id' must be a short string or a whole number");
    }
    return id;
  }

  /** Parses a frame strictly, so that a misspelt field is an error. */
  public static ClientFrame read(Buffer text) {
    return RecordJson.read(Document.received(text).bytes().getBytes(), ClientFrame.class);
  }

  /** Returns the id of an invalid frame, if that can be read. */
  static @Nullable public Document idOf(Buffer text) {
    try {
      return RecordJson.read(Document.received(text).bytes().getBytes(), Heading.class).id();
    } catch (Failure unreadable) {
      return null;
    }
  }

  /** Whether a frame ends a watch; false if it cannot be read. */
  static boolean isUnwatch(Buffer text) {
    try {
      return read(text).op().equals("unwatch");
    } catch (Failure unreadable) {
      return false;
    }
  }

  String required(String name, @Nullable String value) {
    if (value == null) {
      throw Failure.of(Code.INVALID_BODY, "'" + name + "' is missing");
    }
    return value;
  }

  /** Merges the podcast's two names; both are allowed only with the same value. */
  static @Nullable public String samePodcast(@Nullable String one, @Nullable String other) {
    if (one != null && other != null && !one.equals(other)) {
      throw Failure.of(Code.INVALID_BODY, "'podcast' and 'podcastId' name different podcasts");
    }
    return one == null ? other : one;
  }
}
