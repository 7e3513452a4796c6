package io.aetherkeep.router.watch;

import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.catalogue.StatusAsks.Status;
import io.aetherkeep.router.stream.StreamName;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is watched.
 *
 * @param sort the first part of what the client says
 * @param keys what follows; of {@code session} and {@code playback} whose they are
 * @param text as the client says it
 * @param endUser the session of the end user who watches; none of a service
 */
public record TopicName(
    String space, String sort, List<String> keys, String text, @Nullable String endUser) {

  private static final int LONGEST = 600;

  /** The forms that there are, as they are documented. */
  public static final List<String> FORMS =
      List.of(
          "status/{kind}/{id}",
          "listeners/{podcastId}",
          "config/{name}",
          "provider/{id}",
          "providers",
          "session",
          "playback",
          "stream/{path}");

  public TopicName {
    keys = List.copyOf(keys);
  }

  /**
   * Reads what a client says; an id may hold slashes.
   *
   * @param session whose socket it is; none of an observer's
   */
  public static TopicName of(String space, @Nullable String session, String text) {
    String sort = text.contains("/") ? text.substring(0, text.indexOf('/')) : text;
    for (String form : FORMS) {
      String[] parts = form.split("/", -1);
      if (parts[0].equals(sort) && text.length() <= LONGEST) {
        return parts.length == 1
            ? alone(space, session, sort, text)
            : with(space, sort, text.split("/", parts.length), parts.length);
      }
    }
    throw unknown();
  }

  private static TopicName alone(String space, @Nullable String session, String sort, String text) {
    boolean ofAll = sort.equals("providers");
    if (!text.equals(sort)) {
      throw unknown();
    }
    if (session == null && !ofAll) {
      throw Failure.of(Code.TOPIC_UNKNOWN, "An observer's socket has no session");
    }
    return new TopicName(
        space, sort, session == null || ofAll ? List.of() : List.of(session), text, null);
  }

  private static TopicName with(String space, String sort, String[] parts, int length) {
    if (parts.length != length) {
      throw unknown();
    }
    List<String> keys = List.of(parts).subList(1, length);
    return new TopicName(space, sort, keys, sort + "/" + String.join("/", keys), null);
  }

  private static Failure unknown() {
    return Failure.of(Code.TOPIC_UNKNOWN, "A topic is one of " + String.join(", ", FORMS));
  }

  /** What a client says is its offset, if it can be one; whatever else it is, it is not known. */
  @Nullable
  public String offset(@Nullable String said) {
    return isStatus() && said != null && !Status.isOffset(said) ? null : said;
  }

  boolean isStatus() {
    return sort.equals("status");
  }

  public boolean isStream() {
    return sort.equals("stream");
  }

  /** The same, as somebody watches it. */
  public TopicName by(@Nullable String user) {
    return new TopicName(space, sort, keys, text, user);
  }

  StreamName stream() {
    return new StreamName(space, keys.get(0), "", endUser);
  }

  StatusTopic.Name status() {
    return new StatusTopic.Name(space, keys.get(0), keys.get(1));
  }
}
