package io.aetherkeep.router.watch;

import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.catalogue.StatusAsks.Status;
import io.aetherkeep.router.stream.StreamName;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Name of a topic.
 *
 * @param keys what follows the first part; of {@code session} and {@code playback} whose they are
 * @param text as the client says it
 * @param endUser the session of the end user who watches; none of a service
 */
public record TopicName(
    String space, TopicKind kind, List<String> keys, String text, @Nullable String endUser) {

  private static final int LONGEST = 600;

  public TopicName {
    keys = List.copyOf(keys);
  }

  /**
   * Reads what a client says; an id may hold slashes.
   *
   * @param session whose socket it is; none of an observer's
   */
  public static TopicName of(String space, @Nullable String session, String text) {
    String first = text.contains("/") ? text.substring(0, text.indexOf('/')) : text;
    for (TopicKind kind : TopicKind.values()) {
      if (kind.event().equals(first) && text.length() <= LONGEST) {
        return kind.parts() == 1
            ? alone(space, session, kind, text)
            : with(space, kind, text.split("/", kind.parts()));
      }
    }
    throw unknown();
  }

  /** The topic of a status. */
  public static TopicName status(String space, String kind, String id) {
    return new TopicName(
        space, TopicKind.STATUS, List.of(kind, id), "status/" + kind + "/" + id, null);
  }

  /** The topic of a configuration. */
  public static TopicName config(String space, String name) {
    return new TopicName(space, TopicKind.CONFIG, List.of(name), "config/" + name, null);
  }

  private static TopicName alone(
      String space, @Nullable String session, TopicKind kind, String text) {
    boolean ofAll = kind == TopicKind.PROVIDERS;
    if (!text.equals(kind.event())) {
      throw unknown();
    }
    if (session == null && !ofAll) {
      throw Failure.of(Code.TOPIC_UNKNOWN, "An observer's socket has no session");
    }
    return new TopicName(
        space, kind, session == null || ofAll ? List.of() : List.of(session), text, null);
  }

  private static TopicName with(String space, TopicKind kind, String[] parts) {
    if (parts.length != kind.parts()) {
      throw unknown();
    }
    List<String> keys = List.of(parts).subList(1, parts.length);
    return new TopicName(space, kind, keys, String.join("/", parts), null);
  }

  private static Failure unknown() {
    return Failure.of(
        Code.TOPIC_UNKNOWN, "A topic is one of " + String.join(", ", TopicKind.forms()));
  }

  /** The first of the keys. */
  String key() {
    return keys.get(0);
  }

  /** What a client says is its offset, if it can be one; whatever else it is, it is not known. */
  @Nullable
  public String offset(@Nullable String said) {
    return kind == TopicKind.STATUS && said != null && !Status.isOffset(said) ? null : said;
  }

  public boolean isStream() {
    return kind == TopicKind.STREAM;
  }

  /** The same, as somebody watches it. */
  public TopicName by(@Nullable String user) {
    return new TopicName(space, kind, keys, text, user);
  }

  StreamName stream() {
    return new StreamName(space, key(), "", endUser);
  }
}
