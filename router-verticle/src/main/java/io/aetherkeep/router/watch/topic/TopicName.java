package io.aetherkeep.router.watch.topic;

import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.catalogue.StatusAsks.Status;
import io.aetherkeep.catalogue.WebhookAsks.WebhookEvent;
import io.aetherkeep.router.access.cookie.SessionCookies;
import io.aetherkeep.router.access.identity.Caller;
import io.aetherkeep.router.stream.StreamName;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Name of a topic.
 *
 * @param keys the parts after the first; for {@code session} and {@code playback} the session's id,
 *     and {@code self} if that id is not shown
 * @param text the name as the client sent it
 * @param endUser the session of the end user who watches; null for a service
 */
public record TopicName(
    String space, TopicKind kind, List<String> keys, String text, @Nullable String endUser) {

  private static final int LONGEST = 600;

  /** Wildcard for any id, or any type of event. */
  private static final String ANY = "*";

  public TopicName {
    keys = List.copyOf(keys);
  }

  /**
   * Parses the name that a client sent; an id may contain slashes. The ids of a cache entry are one
   * key until {@link #withEntryIds}.
   *
   * @param session the socket's session; null for an observer
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

  /** The topic of a cache entry. */
  public static TopicName entry(String space, String keyspace, List<String> ids) {
    List<String> keys = entryKeys(keyspace, ids);
    return new TopicName(space, TopicKind.CACHE, keys, "cache/" + join(keys), null);
  }

  /** Returns the keys of the topic of a cache entry: its keyspace, and each of its ids. */
  public static List<String> entryKeys(String keyspace, List<String> ids) {
    List<String> keys = new ArrayList<>(ids);
    keys.add(0, keyspace);
    return keys;
  }

  /** Returns the ids of a cache entry. */
  public List<String> entryIds() {
    return keys.subList(1, keys.size());
  }

  /**
   * Returns a copy of a cache entry's parsed name in which its ids are separate keys. As an id may
   * contain slashes, the last one separates two ids.
   *
   * @param count the number of ids in the entry's keyspace
   */
  public TopicName withEntryIds(int count) {
    int slash = count == 2 && keys.size() == 2 ? keys.get(1).lastIndexOf('/') : -1;
    if (slash < 0) {
      return this;
    }
    List<String> ids = List.of(keys.get(1).substring(0, slash), keys.get(1).substring(slash + 1));
    return new TopicName(space, kind, entryKeys(key(), ids), text, endUser);
  }

  private static String join(List<String> parts) {
    return String.join("/", parts);
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
    // A cache keyspace may have one entry only, which has no id.
    boolean withoutId = kind == TopicKind.CACHE && parts.length == 2;
    if (parts.length != kind.parts() && !withoutId) {
      throw unknown();
    }
    List<String> keys = List.of(parts).subList(1, parts.length);
    String text = String.join("/", parts);
    if (kind == TopicKind.EVENTS) {
      eventTypes(keys.get(0));
    }
    return kind == TopicKind.STATUS && keys.get(1).equals(ANY)
        ? new TopicName(space, TopicKind.STATUSES, keys.subList(0, 1), text, null)
        : new TopicName(space, kind, keys, text, null);
  }

  /** Returns the types of events that the topic delivers. */
  public Set<WebhookEvent> eventTypes() {
    return eventTypes(key());
  }

  private static Set<WebhookEvent> eventTypes(String types) {
    if (types.equals(ANY)) {
      return EnumSet.allOf(WebhookEvent.class);
    }
    Set<WebhookEvent> wanted = EnumSet.noneOf(WebhookEvent.class);
    for (String text : types.split(",", -1)) {
      wanted.add(
          WebhookEvent.of(text)
              .orElseThrow(
                  () ->
                      Failure.of(
                          Code.TOPIC_UNKNOWN,
                          "The types of events are * or some of "
                              + String.join(", ", new TreeSet<>(WebhookEvent.all())))));
    }
    return wanted;
  }

  private static Failure unknown() {
    return Failure.of(
        Code.TOPIC_UNKNOWN, "The topic must be one of " + String.join(", ", TopicKind.forms()));
  }

  /**
   * Returns the session whose permission the topic needs.
   *
   * @param own the session of the socket
   */
  public @Nullable String session(@Nullable String own) {
    return kind == TopicKind.HISTORY ? key() : own;
  }

  /** Returns the first key. */
  public String key() {
    return keys.get(0);
  }

  /**
   * Returns the client's offset, or null if it is not valid for this kind of topic. Where a status
   * did not exist, the client missed all of its changes.
   */
  @Nullable
  public String offset(@Nullable String said) {
    if (kind != TopicKind.STATUS || said == null) {
      return said;
    }
    String offset = said.equals(SharedFrame.NOTHING) ? Status.BEGINNING : said;
    return Status.isOffset(offset) ? offset : null;
  }

  public boolean isStream() {
    return kind == TopicKind.STREAM;
  }

  /** Returns a copy for a caller; one with a session cookie is not shown the session's id. */
  public TopicName by(Caller caller) {
    String user = caller.session();
    if (user == null || !caller.isByCookie()) {
      return new TopicName(space, kind, keys, text, user);
    }
    boolean isOwn =
        kind == TopicKind.SESSION
            || kind == TopicKind.PLAYBACK
            || (kind == TopicKind.HISTORY && key().equals(SessionCookies.SELF));
    return new TopicName(
        space, kind, isOwn ? List.of(user, SessionCookies.SELF) : keys, text, user);
  }

  /** Whether the session is named {@code self} in the topic's values. */
  boolean isOfSelf() {
    return keys.size() == 2 && keys.get(1).equals(SessionCookies.SELF);
  }

  public StreamName stream() {
    return new StreamName(space, key(), "", endUser);
  }
}
