package io.aetherkeep.webhook;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An event in the outbox.
 *
 * @param id its place in the outbox: ms since 1970, and a number
 * @param fields what outbox.lua and the script say of it; empty where it was trimmed
 */
record OutboxEntry(String id, Map<String, String> fields) {

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

  /** A field that may be missing or empty. */
  @Nullable String orNull(String name) {
    String text = text(name);
    return text.isEmpty() ? null : text;
  }

  /** When the event happened, in ms since 1970, by Redis's clock. */
  long at() {
    return Long.parseLong(original().substring(0, original().indexOf('-')));
  }

  /** Its id when it was first appended: a replay has another place. */
  private String original() {
    return text("message").isEmpty() ? id : text("message");
  }

  /** When it was appended, in ms since 1970: later than {@link #at} for a replay. */
  long appendedAt() {
    return Long.parseLong(id.substring(0, id.indexOf('-')));
  }

  /**
   * Whether it happened before a time; by more than a second where it was gathered from a slot of a
   * cluster, because the clocks of its masters differ.
   */
  boolean isBefore(long time) {
    return appendedAt() < time || (text("to").isEmpty() && at() < time - 1000);
  }

  /** The id of its message, the same at each attempt and replay. */
  String message(String space) {
    return "msg_" + space + "_" + original();
  }

  /** Whether it is for an endpoint: all but the replays of others. */
  boolean isFor(Endpoint endpoint) {
    String to = text("to");
    return to.isEmpty() ? endpoint.wants(type()) : to.equals(endpoint.id());
  }

  /** As a script's arguments. */
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
