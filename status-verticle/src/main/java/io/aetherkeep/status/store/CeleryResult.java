package io.aetherkeep.status.store;

import io.aetherkeep.document.Document;
import io.aetherkeep.document.Members;
import io.aetherkeep.keyspace.Space;
import io.aetherkeep.status.settings.StatusKind;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Celery task result, converted to a status.
 *
 * @param again whether Celery retries the task, which makes a new attempt
 * @param source digest of the task result; of one that Celery may write again unchanged, followed
 *     by its expiry, such as {@code 8f1c@1790000000000}
 */
public record CeleryResult(Document document, boolean again, String source) {

  private static final Pattern NUMBER = Pattern.compile("[0-9]{1,15}(\\.[0-9]{1,15})?");

  private static final String RESULT = "result";
  private static final String RETRY = "RETRY";

  /** Beginning of a task result that is too long to read whole. */
  private static final Pattern BEGINNING = Pattern.compile("\\{\"status\": ?\"([A-Z_]{1,64})\"");

  private static final int LONGEST_REASON = 1000;

  /** Digest of a task result, and the expiry of its key in ms, if it matters. */
  private static final Pattern SOURCE = Pattern.compile("([0-9a-f]+)(?:@([0-9]{1,15}))?");

  /** Two reads of the same expiry may differ by a few milliseconds. */
  private static final long SAME_MILLIS = 1000;

  /**
   * Stored result of a task: all of it, or its beginning if it is very long.
   *
   * @param expires when its key expires, in ms; 0 if that is unknown, or does not matter
   */
  public record Meta(Document document, long length, long expires) {

    public Meta(Document document, long length) {
      this(document, length, 0);
    }

    /**
     * Whether Celery retries the task. The results of two retries are often equal, because they
     * have no time.
     */
    boolean isRetry() {
      Matcher state = state(document);
      return state.lookingAt() && state.group(1).equals(RETRY);
    }

    Meta expiringAt(long millis) {
      return new Meta(document, length, millis);
    }

    private String source() {
      String digest = StoredStatus.text(document.bytes()).digest();
      return expires == 0 ? digest : digest + "@" + expires;
    }

    boolean isWhole() {
      return document.length() == length;
    }
  }

  /**
   * Converts a task result; null if the value is not a result of Celery's.
   *
   * @param cancelled whether the task was requested to be cancelled: a revoked one is then
   *     cancelled and not failed
   */
  static @Nullable public CeleryResult of(
      StatusKind kind, String id, Meta meta, Space space, boolean cancelled) {
    CeleryResult result = meta.isWhole() ? whole(kind, id, meta, space) : beginning(kind, id, meta);
    return result != null && cancelled && isRevoked(meta.document) ? result.asCancelled() : result;
  }

  private static Matcher state(Document meta) {
    return BEGINNING.matcher(meta.bytes().getString(0, Math.min(meta.length(), 100)));
  }

  /** Whether an attempt has this source. A later retry that looks the same expires later. */
  public boolean isSource(String other) {
    Matcher own = SOURCE.matcher(source);
    Matcher known = SOURCE.matcher(other);
    if (!own.matches() || !known.matches() || !own.group(1).equals(known.group(1))) {
      return false;
    }
    return own.group(2) == null
        || known.group(2) == null
        || Long.parseLong(own.group(2)) - Long.parseLong(known.group(2)) <= SAME_MILLIS;
  }

  private static boolean isRevoked(Document meta) {
    Members said = Members.tryOf(meta);
    return said != null && "REVOKED".equals(said.text("status"));
  }

  private CeleryResult asCancelled() {
    Members members = Objects.requireNonNull(Members.tryOf(document), "an object");
    Document word = Document.ofText(StatusKind.CANCELLED);
    return new CeleryResult(members.with(Map.of("status", word)).document(), again, source);
  }

  private static @Nullable CeleryResult beginning(StatusKind kind, String id, Meta meta) {
    Matcher state = state(meta.document);
    if (!state.lookingAt()) {
      return null;
    }
    Map<String, @Nullable Document> fields = fields(kind, id, state.group(1));
    fields.put(RESULT, tooLarge(meta.length));
    return new CeleryResult(Document.object(fields), state.group(1).equals(RETRY), meta.source());
  }

  /** Placeholder of a result that is larger than a status may be. */
  private static Document tooLarge(long bytes) {
    return Document.of("{\"omitted\":\"too-large\",\"bytes\":" + bytes + "}");
  }

  private static @Nullable CeleryResult whole(StatusKind kind, String id, Meta meta, Space space) {
    Members said = Members.tryOf(meta.document);
    String state = said == null ? null : said.text("status");
    if (said == null || state == null) {
      return null;
    }
    Document document = document(kind, id, state, said, true);
    return new CeleryResult(
        document.length() <= space.maxValueBytes()
            ? document
            : document(kind, id, state, said, false),
        state.equals(RETRY),
        meta.source());
  }

  private static Document document(
      StatusKind kind, String id, String state, Members said, boolean whole) {
    Map<String, @Nullable Document> fields = fields(kind, id, state);
    Document result = said.value(RESULT);
    switch (state) {
      case "SUCCESS" ->
          fields.put(RESULT, whole || result == null ? result : tooLarge(result.length()));
      case "FAILURE", "REVOKED", RETRY ->
          fields.put(kind.reason(), whole ? reason(result) : shortened(reason(result)));
      default -> {
        addMeta(fields, result, whole);
        if (!whole && result != null) {
          fields.put(RESULT, tooLarge(result.length()));
        }
      }
    }
    return Document.object(fields);
  }

  /** The fields that follow from the state of the task alone. */
  private static Map<String, @Nullable Document> fields(StatusKind kind, String id, String state) {
    Map<String, @Nullable Document> fields = new LinkedHashMap<>();
    if (kind.equals(StatusKind.PODCAST)) {
      fields.put(Report.PODCAST_ID, Document.ofText(id));
    }
    fields.put("status", Document.ofText(word(kind, state)));
    if (state.equals("SUCCESS")) {
      fields.put("progress", Document.of("100"));
    }
    return fields;
  }

  private static @Nullable Document shortened(@Nullable Document reason) {
    String text = reason == null ? "" : reason.toString();
    return reason == null || text.length() <= LONGEST_REASON
        ? reason
        : Document.ofText(text.substring(1, LONGEST_REASON) + "...");
  }

  private static String word(StatusKind kind, String state) {
    return switch (state) {
      case "PENDING" -> kind.steps().get(0);
      case "RECEIVED", "STARTED", "PROGRESS" -> kind.runningState();
      case RETRY -> "retrying";
      case "SUCCESS" -> kind.done();
      case "FAILURE", "REVOKED" -> kind.failed();
      default -> state.toLowerCase(Locale.ROOT);
    };
  }

  /**
   * The exception's message; some versions of Celery put it into an array with the other arguments.
   */
  private static @Nullable Document reason(@Nullable Document result) {
    Members exception = result == null ? null : Members.tryOf(result);
    Document message = exception == null ? null : exception.value("exc_message");
    if (exception == null || message == null) {
      return null;
    }
    String text = exception.text("exc_message");
    if (exception.isText("exc_message")) {
      return message;
    }
    List<Document> arguments =
        text != null && text.startsWith("[") ? message.elements() : List.of();
    boolean plain = arguments.size() == 1 && arguments.get(0).toString().startsWith("\"");
    return plain ? arguments.get(0) : Document.ofText(message.toString());
  }

  /** Adds the fields that the task set by update_state, and the progress computed from them. */
  private static void addMeta(
      Map<String, @Nullable Document> fields, @Nullable Document result, boolean whole) {
    Members meta = result == null ? null : Members.tryOf(result);
    if (meta == null) {
      return;
    }
    fields.put("progress", progress(meta));
    for (String name : meta.names()) {
      if (whole && !fields.containsKey(name)) {
        fields.put(name, meta.value(name));
      }
    }
  }

  private static @Nullable Document progress(Members meta) {
    Double said = number(meta, "progress");
    Double percent = said == null ? number(meta, "percent") : said;
    Double current = number(meta, "current");
    Double total = number(meta, "total");
    if (percent == null && current != null && total != null && total > 0) {
      percent = 100 * current / total;
    }
    if (percent == null || percent < 0 || percent > 100) {
      return null;
    }
    long whole = Math.round(percent);
    return Document.of(
        Math.abs(percent - whole) < 1e-9
            ? Long.toString(whole)
            : String.format(Locale.ROOT, "%.2f", percent));
  }

  private static @Nullable Double number(Members meta, String name) {
    String text = meta.text(name);
    boolean number = text != null && !meta.isText(name) && NUMBER.matcher(text).matches();
    return number ? Double.valueOf(text) : null;
  }
}
