package io.aetherkeep.session.layout;

import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.catalogue.SessionAsks.OpenSession;
import io.aetherkeep.document.Document;
import io.aetherkeep.document.HashDocument;
import io.aetherkeep.document.Members;
import io.aetherkeep.keyspace.UserId;
import io.aetherkeep.session.settings.SessionSettings.HistoryLayout;
import io.netty.buffer.ByteBufUtil;
import io.vertx.core.buffer.Buffer;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Session stored as a Redis hash, without its history, which may be long and is handled separately.
 *
 * <p>A hash holds strings. In the document, fields that hold a JSON object or array appear as such,
 * counts as numbers, and all others as strings.
 *
 * @param undecodable by name as decoded, the stored fields that are not UTF-8: another service
 *     wrote them, and a compare-and-set needs their bytes
 */
public record HashBody(
    Map<String, String> fields, Map<String, StoredField> undecodable, FieldNames names)
    implements SessionBody {

  /** Stored bytes of a field's name and its text. */
  public record StoredField(Buffer name, Buffer text) {}

  private static final Pattern SECONDS = Pattern.compile("[0-9.]+");

  private static final Pattern COUNT = Pattern.compile("-?(0|[1-9][0-9]{0,17})(\\.[0-9]+)?");

  private static final Set<String> COUNTS =
      Set.of(FieldNames.CONTEXT_WINDOW, FieldNames.HISTORY_LENGTH);

  public HashBody {
    fields = Collections.unmodifiableMap(new LinkedHashMap<>(fields));
    undecodable = Map.copyOf(undecodable);
  }

  public HashBody(Map<String, String> fields, FieldNames names) {
    this(fields, Map.of(), names);
  }

  /** A new session as the council's proxies write it. The newer layouts add a history length. */
  public static HashBody council(
      OpenSession ask, Instant now, FieldNames names, HistoryLayout layout) {
    Map<String, String> fields = new LinkedHashMap<>();
    if (ask.userId() != null) {
      fields.put("userId", ask.userId().text());
    }
    String time = new Timestamp(now, names.style()).text();
    fields.put(Objects.requireNonNull(names.created()), time);
    fields.put(names.activity(), time);
    fields.put(FieldNames.CONTEXT_WINDOW, "0");
    if (layout != HistoryLayout.FIELD) {
      fields.put(FieldNames.HISTORY_LENGTH, "0");
    }
    if (ask.preferences() != null) {
      fields.put("preferences", ask.preferences().toString());
    }
    if (ask.data() != null) {
      fields.put("data", ask.data().toString());
    }
    return new HashBody(fields, names);
  }

  /** A copy with a creation time; where none is stored, the time of the last activity. */
  HashBody dated() {
    String last = fields.get(names.activity());
    if (created() != null || last == null) {
      return this;
    }
    Map<String, String> dated = new LinkedHashMap<>(fields);
    dated.put(Objects.requireNonNull(names.created()), last);
    return new HashBody(dated, names);
  }

  @Override
  public @Nullable UserId user() {
    String user = fields.get(names.user());
    return user == null || user.isEmpty() ? null : UserId.named(user);
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
    String text = fields.get(name);
    return Timestamp.read(text, text != null && !SECONDS.matcher(text).matches());
  }

  @Override
  public Document document() {
    Map<String, @Nullable Document> values = new LinkedHashMap<>();
    fields.forEach((name, text) -> values.put(name, value(name, text)));
    return Document.object(values);
  }

  private static Document value(String name, String text) {
    boolean count = COUNTS.contains(name) && COUNT.matcher(text).matches();
    return count ? Document.stored(Buffer.buffer(text)) : HashDocument.value(text);
  }

  @Override
  public String version() {
    Map<String, String> all = new TreeMap<>(fields);
    all.remove(names.activity());
    return new HashBody(all, names).document().version();
  }

  @Override
  public HashBody patched(Document patch, Instant now) {
    Map<String, String> after = new LinkedHashMap<>(fields);
    Members changes = Members.of(patch);
    for (String name : changes.names()) {
      if (name.equals(FieldNames.HISTORY)) {
        throw Failure.of(
            Code.INVALID_BODY, "A patch cannot change the history: post messages to …/history");
      }
      String text = changes.text(name);
      if (text == null) {
        after.remove(name);
      } else {
        after.put(name, changes.isText(name) ? text(name, text) : merged(name, changes));
      }
    }
    if (!changes.has(names.activity())) {
      after.put(names.activity(), activity(now).text());
      return new HashBody(after, names);
    }
    HashBody patched = new HashBody(after, names);
    return patched.isStampedSince(this) ? patched : patched.stamped(now);
  }

  private String merged(String name, Members changes) {
    String present = fields.get(name);
    Document change = Objects.requireNonNull(changes.value(name));
    Document merged = Members.merged(present == null ? null : value(name, present), change);
    String text = merged.toString();
    if (!value(name, text).equals(merged)) {
      throw Failure.of(
          Code.UNSUPPORTED_VALUE,
          "'"
              + name
              + "' must be a string, an object or an array: a hash stores no numbers or booleans");
    }
    return text;
  }

  /** Refuses a string that would be read back as another type. */
  private static String text(String name, String text) {
    if (!value(name, text).equals(Document.ofText(text))) {
      throw Failure.of(
          Code.UNSUPPORTED_VALUE,
          "'" + name + "' cannot hold this string: it would be read back as JSON");
    }
    return text;
  }

  @Override
  public HashBody playing(String podcast) {
    Map<String, String> playing = new LinkedHashMap<>(fields);
    if (podcast.isEmpty()) {
      playing.remove(names.stream());
    } else {
      playing.put(names.stream(), podcast);
    }
    return new HashBody(playing, names);
  }

  @Override
  public HashBody stamped(Instant now) {
    Map<String, String> stamped = new LinkedHashMap<>(fields);
    stamped.put(names.activity(), activity(now).text());
    return new HashBody(stamped, names);
  }

  /** A last activity in the stored format. */
  private Timestamp activity(Instant now) {
    Timestamp before = lastActivity();
    return before == null ? new Timestamp(now, names.style()) : before.at(now);
  }

  @Override
  public int mostMembers() {
    int nested =
        fields.entrySet().stream()
            .mapToInt(field -> value(field.getKey(), field.getValue()).mostMembers())
            .max()
            .orElse(0);
    return Math.max(nested, fields.size());
  }

  @Override
  public int size() {
    return fields.entrySet().stream()
        .mapToInt(field -> bytes(field.getKey()) + bytes(field.getValue()))
        .sum();
  }

  /** Counts half a surrogate pair as one byte, because UTF-8 encodes it as a question mark. */
  private static int bytes(String text) {
    return ByteBufUtil.utf8Bytes(text);
  }
}
