package io.aetherkeep.webhook;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Event in the outbox.
 *
 * @param id its entry id: ms since 1970, and a number
 * @param fields its fields; empty if it was trimmed
 */
record OutboxEntry(String id, Map<String, String> fields) {

  private static final long CLOCKS_DIFFER_MILLIS = 1000;

  private static final Pattern ENTRY_ID = Pattern.compile("\\d{1,18}-\\d{1,18}(-\\d{1,5})?");

  OutboxEntry {
    fields = Map.copyOf(fields);
  }

  String type() {
    return text("type");
  }

  String subject() {
    return text("subject");
  }

  String text(String name) {
    return fields.getOrDefault(name, "");
  }

  /** Returns a field, or null if it is missing or empty. */
  @Nullable String orNull(String name) {
    String text = text(name);
    return text.isEmpty() ? null : text;
  }

  /** The time of the event, in ms since 1970, by Redis's clock. */
  long at() {
    return Long.parseLong(original().substring(0, original().indexOf('-')));
  }

  /** The entry id of its first append; a replay has another one. */
  private String original() {
    String first = text("message");
    return ENTRY_ID.matcher(first).matches() ? first : id;
  }

  /** The time of its append, in ms since 1970; for a replay later than {@link #at}. */
  long appendedAt() {
    return Long.parseLong(id.substring(0, id.indexOf('-')));
  }

  /**
   * Whether it happened before a node's timestamp, by more than a second: the clocks of nodes and
   * of a cluster's masters differ.
   */
  boolean isBefore(long time) {
    long surely = time - CLOCKS_DIFFER_MILLIS;
    return appendedAt() < surely || (text("to").isEmpty() && at() < surely);
  }

  /** The id of its message, the same for each attempt and replay. */
  String message(String space) {
    return "msg_" + space + "_" + original();
  }

  /** Whether it is for an endpoint: replays are for one endpoint only. */
  boolean isFor(Endpoint endpoint) {
    String to = text("to");
    return to.isEmpty() ? endpoint.wants(type()) : to.equals(endpoint.id());
  }

  /** Returns the fields as arguments of a script. */
  List<String> pairs() {
    List<String> pairs = new ArrayList<>();
    fields.forEach(
        (name, text) -> {
          pairs.add(name);
          pairs.add(text);
        });
    return pairs;
  }

  static OutboxEntry withMessage(OutboxEntry entry, String problem) {
    Map<String, String> fields = new LinkedHashMap<>(entry.fields);
    fields.put("message", entry.original());
    fields.put("problem", problem);
    return new OutboxEntry(entry.id, fields);
  }
}
