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

/** Session stored as one JSON object. */
public record JsonBody(Members members, FieldNames names) implements SessionBody {

  private static final String DATA = "data";

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

  @Override
  public @Nullable UserId user() {
    String text = members.text(names.user());
    if (text == null || text.isEmpty()) {
      return null;
    }
    if (members.isText(names.user())) {
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
  public JsonBody patched(Document patch) {
    JsonBody patched = new JsonBody(members.patched(Members.of(patch)), names);
    String user = patched.members.text(names.user());
    if (user != null
        && !user.isEmpty()
        && patched.user() == null
        && !user.equals(members.text(names.user()))) {
      throw Failure.of(
          Code.INVALID_BODY, "'" + names.user() + "' must be a string or a whole number");
    }
    return patched;
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
    Timestamp before = lastActivity();
    Timestamp after = before == null ? new Timestamp(now, names.style()) : before.at(now);
    return new JsonBody(members.with(Map.of(names.activity(), after.json())), names);
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
