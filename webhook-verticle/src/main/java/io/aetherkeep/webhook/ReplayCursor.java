package io.aetherkeep.webhook;

import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Cursor of a replay: the entries of its remaining pages. The first page fixes the last entry, so
 * that later pages contain neither newer events nor the copies that the replay appends.
 *
 * @param since the start of the replay, in ms since 1970; empty for the dead letters
 * @param first the first entry of the page
 * @param last the last entry of the replay; {@code +} for the newest one
 */
record ReplayCursor(String since, String first, String last) {

  private static final String ENTRY = "([0-9]{1,18}-[0-9]{1,18})";
  private static final Pattern TEXT = Pattern.compile("([0-9]{0,18})\\." + ENTRY + "\\." + ENTRY);

  /** The first page of a replay of the dead letters. */
  static ReplayCursor ofDeadLetters() {
    return new ReplayCursor("", "-", "+");
  }

  /** The first page of a replay of the events since a time, in ms since 1970. */
  static ReplayCursor ofEvents(long since) {
    return new ReplayCursor(Long.toString(since), Long.toString(since), "+");
  }

  static ReplayCursor parse(String text) {
    Matcher parts = TEXT.matcher(text);
    if (!parts.matches()) {
      throw Failure.of(Code.INVALID_BODY, "'cursor' must be the 'next' of the previous page");
    }
    return new ReplayCursor(parts.group(1), parts.group(2), parts.group(3));
  }

  /** Returns the next page, or null if no entry is left. */
  @Nullable ReplayCursor next(String entry, String lastEntry) {
    return entry.isEmpty() ? null : new ReplayCursor(since, entry, lastEntry);
  }

  /** Returns the text that clients send back. */
  String text() {
    return since + "." + first + "." + last;
  }
}
