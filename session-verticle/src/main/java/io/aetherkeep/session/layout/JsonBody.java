package io.aetherkeep.session.layout;

import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.catalogue.SessionAsks.OpenSession;
import io.aetherkeep.document.Document;
import io.aetherkeep.document.Members;
import io.aetherkeep.keyspace.UserId;
import java.time.Instant;
import java.util.Collections;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Session stored as one JSON object.
 *
 * @param user read once, because each request asks for it many times
 */
public record JsonBody(Members members, FieldNames names, @Nullable UserId user)
    implements SessionBody {

  private static final String DATA = "data";

  public JsonBody(Members members, FieldNames names) {
    this(members, names, user(members, names.user()));
  }

  public static JsonBody stored(Document document, FieldNames names) {
    return new JsonBody(Members.of(document), names);
  }

  /** A new session as the podcast generator writes it. */
  public static JsonBody aethercast(OpenSession ask, Instant now, FieldNames names) {
    return opened(
        "{\"user_id\": %s, \"preferences\": %s, \"last_activity_timestamp\": %s, \"active_podcast_stream_id\": null%s}"
            .formatted(
                json(ask.userId()),
                ask.preferences() == null
                    ? "{\"preferred_topics\": [], \"playback_speed_default\": 1.0}"
                    : ask.preferences(),
                new Timestamp(now, names.style()).json(),
                ask.data() == null ? "" : ", \"data\": " + ask.data()),
        names);
  }

  /** A new session as the content platform writes it. */
  public static JsonBody content(OpenSession ask, Instant now, FieldNames names) {
    Document time = new Timestamp(now, names.style()).json();
    return opened(
        "{\"user_id\": %s, \"created_at\": %s, \"last_accessed\": %s, \"data\": %s%s}"
            .formatted(
                json(ask.userId()),
                time,
                time,
                ask.data() == null ? "{}" : ask.data(),
                ask.preferences() == null ? "" : ", \"preferences\": " + ask.preferences()),
        names);
  }

  private static JsonBody opened(String json, FieldNames names) {
    return stored(Document.of(json), names);
  }

  private static String json(@Nullable UserId user) {
    if (user == null) {
      return "null";
    }
    return user.number() ? user.text() : Document.ofText(user.text()).toString();
  }

  private static @Nullable UserId user(Members members, String name) {
    String text = members.text(name);
    if (text == null || text.isEmpty()) {
      return null;
    }
    if (members.isText(name)) {
      return UserId.named(text);
    }
    return UserId.isWhole(text) ? new UserId(text, true) : null;
  }

  @Override
  public @Nullable Timestamp created() {
    return names.created() == null ? null : timestamp(names.created());
  }

  @Override
  public @Nullable Timestamp lastActivity() {
    return timestamp(names.activity());
  }

  private @Nullable Timestamp timestamp(String name) {
    return Timestamp.read(members.text(name), members.isText(name));
  }

  @Override
  public Document document() {
    return members.document();
  }

  @Override
  public String version() {
    return members.versionWithout(names.activity());
  }

  @Override
  public JsonBody patched(Document patch, Instant now) {
    Members changes = Members.of(patch);
    // Both changes are written at once: each rewrites the whole document.
    boolean stamps = !changes.has(names.activity());
    Map<String, Document> stamp =
        stamps ? Map.of(names.activity(), activity(now).json()) : Map.of();
    JsonBody patched = new JsonBody(members.patched(changes, stamp), names);
    if (patched.user == null) {
      checkNoUser(patched.members);
    }
    return stamps || patched.isStampedSince(this) ? patched : patched.stamped(now);
  }

  /** Refuses a patched user that is neither a string nor a whole number. */
  private void checkNoUser(Members patched) {
    String text = patched.text(names.user());
    if (text != null && !text.isEmpty() && !text.equals(members.text(names.user()))) {
      throw Failure.of(
          Code.INVALID_BODY, "'" + names.user() + "' must be a string or a whole number");
    }
  }

  /**
   * Names the podcast in {@code data} for the content platform, and in a top-level field for
   * others.
   */
  @Override
  public JsonBody playing(String podcast) {
    if (names.created() == null) {
      Members withStream = withStream(members, podcast, Document.of("null"));
      return new JsonBody(withStream, names);
    }
    Document data = members.value(DATA);
    Members inner = data == null ? Members.tryOf(Document.of("{}")) : Members.tryOf(data);
    return inner == null || (data == null && podcast.isEmpty())
        ? this
        : new JsonBody(
            members.with(Map.of(DATA, withStream(inner, podcast, null).document())), names);
  }

  private Members withStream(Members in, String podcast, @Nullable Document nothing) {
    boolean same = podcast.equals(Objects.requireNonNullElse(in.text(names.stream()), ""));
    return same
        ? in
        : in.with(
            Collections.singletonMap(
                names.stream(), podcast.isEmpty() ? nothing : Document.ofText(podcast)));
  }

  @Override
  public JsonBody stamped(Instant now) {
    return new JsonBody(members.with(Map.of(names.activity(), activity(now).json())), names, user);
  }

  /** A last activity in the stored format. */
  private Timestamp activity(Instant now) {
    Timestamp before = lastActivity();
    return before == null ? new Timestamp(now, names.style()) : before.at(now);
  }

  @Override
  public int mostMembers() {
    return document().mostMembers();
  }

  @Override
  public int size() {
    return document().length();
  }
}
